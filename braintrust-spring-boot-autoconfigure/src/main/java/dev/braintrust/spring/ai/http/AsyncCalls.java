package dev.braintrust.spring.ai.http;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * A proxy of an SDK client or service that marks its parameters. An asynchronous service
 * sends its requests on a thread of the JVM's common pool, without the caller's context;
 * the mark identifies that context.
 */
final class AsyncCalls implements InvocationHandler {

	// The interfaces that lead to traced asynchronous calls. Their raw response
	// interfaces count, too.
	private static final Set<String> SERVICES = Set.of("com.openai.client.OpenAIClient",
			"com.openai.client.OpenAIClientAsync", "com.openai.services.async.ChatServiceAsync",
			"com.openai.services.async.chat.ChatCompletionServiceAsync",
			"com.openai.services.async.ResponseServiceAsync", "com.openai.services.async.EmbeddingServiceAsync",
			"com.anthropic.client.AnthropicClient", "com.anthropic.client.AnthropicClientAsync",
			"com.anthropic.services.async.MessageServiceAsync", "com.anthropic.services.async.BetaServiceAsync",
			"com.anthropic.services.async.beta.MessageServiceAsync");

	private static final String RAW = "$WithRawResponse";

	private final Object delegate;

	private final UnaryOperator<Object> marks;

	private AsyncCalls(Object delegate, UnaryOperator<Object> marks) {
		this.delegate = delegate;
		this.marks = marks;
	}

	// Return a proxy, or the delegate if no proxy is possible. Its calls are traced in
	// either case.
	static Object of(Object delegate, UnaryOperator<Object> marks) {
		try {
			return Proxy.newProxyInstance(delegate.getClass().getClassLoader(),
					ClassUtils.getAllInterfacesForClass(delegate.getClass()), new AsyncCalls(delegate, marks));
		}
		catch (RuntimeException | LinkageError ex) {
			return delegate;
		}
	}

	static boolean isOf(Object client) {
		return Proxy.isProxyClass(client.getClass()) && Proxy.getInvocationHandler(client) instanceof AsyncCalls;
	}

	// Default methods call other methods on the proxy.
	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		if (method.isDefault()) {
			return InvocationHandler.invokeDefault(proxy, method, arguments);
		}
		if (method.getName().equals("equals") && arguments != null && arguments.length == 1) {
			return proxy == arguments[0];
		}
		Object[] marked = (arguments != null) ? arguments.clone() : null;
		if (marked != null && marked.length > 0) {
			marked[0] = this.marks.apply(marked[0]);
		}
		Object result;
		try {
			result = method.invoke(this.delegate, marked);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
		return isService(method.getReturnType()) ? of(result, this.marks) : result;
	}

	private static boolean isService(Class<?> type) {
		String name = type.getName();
		return SERVICES.contains(name.endsWith(RAW) ? name.substring(0, name.length() - RAW.length()) : name);
	}

	// The names of the proxied interfaces.
	static Stream<String> interfaces() {
		return SERVICES.stream().flatMap((name) -> Stream.of(name, name + RAW));
	}

}
