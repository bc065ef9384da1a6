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
 * A client or a service of an SDK that marks what it is called with. An asynchronous
 * service sends its requests on a thread of the JVM, where nothing tells what was current
 * when it was called; the mark does.
 */
final class AsyncCalls implements InvocationHandler {

	// The interfaces that lead to asynchronous calls that are traced, and those of their
	// raw responses.
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

	// Return a proxy, or the delegate if no proxy can be made. Its calls are traced in
	// any case.
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

	// A method that is made of others calls them on the proxy.
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

	// The names of the interfaces that proxies are made of.
	static Stream<String> interfaces() {
		return SERVICES.stream().flatMap((name) -> Stream.of(name, name + RAW));
	}

}
