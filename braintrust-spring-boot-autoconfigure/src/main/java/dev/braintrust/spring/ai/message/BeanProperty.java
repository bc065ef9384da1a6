package dev.braintrust.spring.ai.message;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Reads properties of objects whose classes are not on this library's compile class path,
 * by the name of a getter, or of an accessor as in records. It is used for options,
 * messages and usage of Spring AI's less common models.
 */
public final class BeanProperty {

	// Each class holds its own methods, so this field holds no class.
	private static final ClassValue<Map<String, Optional<MethodHandle>>> METHODS = new ClassValue<>() {

		@Override
		protected Map<String, Optional<MethodHandle>> computeValue(Class<?> type) {
			return new ConcurrentHashMap<>();
		}

	};

	private BeanProperty() {
	}

	// Read a property, and properties of its value. Return null if one is missing.
	public static @Nullable Object read(@Nullable Object bean, String... path) {
		Object value = bean;
		for (String name : path) {
			value = (value != null) ? value(value, name) : null;
		}
		return value;
	}

	private static @Nullable Object value(Object bean, String name) {
		Class<?> type = bean.getClass();
		Optional<MethodHandle> method = METHODS.get(type).computeIfAbsent(name, (key) -> find(type, key));
		try {
			Object value = method.isPresent() ? method.get().invoke(bean) : null;
			return (value instanceof Optional<?> optional) ? optional.orElse(null) : value;
		}
		catch (Throwable ex) {
			// A foreign getter that fails counts as a missing value.
			return null;
		}
	}

	private static Optional<MethodHandle> find(Class<?> type, String name) {
		Method getter = ClassUtils.getMethodIfAvailable(type, "get" + StringUtils.capitalize(name));
		Method method = (getter != null) ? getter : ClassUtils.getMethodIfAvailable(type, name);
		if (method == null || method.getReturnType() == void.class) {
			return Optional.empty();
		}
		try {
			Method accessible = ClassUtils.getPubliclyAccessibleMethodIfPossible(method, type);
			return Optional.of(MethodHandles.privateLookupIn(accessible.getDeclaringClass(), MethodHandles.lookup())
				.unreflect(accessible));
		}
		catch (IllegalAccessException ex) {
			return Optional.empty();
		}
	}

}
