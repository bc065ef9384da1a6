package dev.braintrust.spring.ai.provider;

import java.lang.reflect.Method;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Reads what a provider's own types report and no interface of Spring AI has. Those types
 * are not on every class path, so they are read by the names of their public methods.
 */
public final class NativeValue {

	private NativeValue() {
	}

	public static @Nullable Object read(@Nullable Object source, String... methods) {
		Object value = source;
		for (String name : methods) {
			value = (value != null) ? read(value, name) : null;
		}
		return value;
	}

	private static @Nullable Object read(Object source, String name) {
		Method method = ClassUtils.getMethodIfAvailable(source.getClass(), name);
		if (method == null) {
			return null;
		}
		try {
			Object value = ClassUtils.getPubliclyAccessibleMethodIfPossible(method, source.getClass()).invoke(source);
			return (value instanceof Optional<?> optional) ? optional.orElse(null) : value;
		}
		catch (ReflectiveOperationException ex) {
			return null;
		}
	}

}
