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
 * Reads properties of objects whose classes this library is not compiled against, by the
 * name of a getter, or of the method itself as records have it: the options, messages and
 * usage of Spring AI's models that few applications have.
 */
public final class BeanProperty {

	// Each class holds its own methods, so no class is held here.
	private static final ClassValue<Map<String, Optional<MethodHandle>>> METHODS = new ClassValue<>() {

		@Override
		protected Map<String, Optional<MethodHandle>> computeValue(Class<?> type) {
			return new ConcurrentHashMap<>();
		}

	};

	private BeanProperty() {
	}

	// Read a property, and properties of its value. What is missing is null.
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
			// Code of others: a getter that fails has no value.
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
