package dev.braintrust.spring.ai.chat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

import org.jspecify.annotations.Nullable;

/**
 * A proxy for one of Spring AI's fluent objects. Unlike a class that implements the
 * interface, it delegates all methods of the interface at run time, even methods that a
 * later release adds.
 */
abstract class DelegatingProxy<T> implements InvocationHandler {

	private final T delegate;

	DelegatingProxy(T delegate) {
		this.delegate = delegate;
	}

	static <T> T create(Class<T> type, DelegatingProxy<T> handler) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

	T delegate() {
		return this.delegate;
	}

	@Override
	public final @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		if (method.getDeclaringClass() == Object.class) {
			return switch (method.getName()) {
				case "equals" -> arguments != null && proxy == arguments[0];
				case "hashCode" -> System.identityHashCode(proxy);
				default -> this.delegate.toString();
			};
		}
		return intercept(proxy, method, arguments);
	}

	abstract @Nullable Object intercept(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable;

	// Invoke the method on the delegate.
	final @Nullable Object proceed(Method method, Object @Nullable [] arguments) throws Throwable {
		try {
			return method.invoke(this.delegate, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

}
