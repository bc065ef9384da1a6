package dev.braintrust.spring.chat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;

/**
 * A builder whose clients are traced.
 */
final class ProjectChatClientBuilder extends DelegatingProxy<ChatClient.Builder> {

	private final ChatTracing tracing;

	private ProjectChatClientBuilder(ChatClient.Builder delegate, ChatTracing tracing) {
		super(delegate);
		this.tracing = tracing;
	}

	static ChatClient.Builder trace(ChatClient.Builder builder, ChatTracing tracing) {
		ProjectChatClientBuilder traced = traced(builder);
		ChatClient.Builder untraced = (traced != null) ? traced.delegate() : builder;
		return create(ChatClient.Builder.class, new ProjectChatClientBuilder(untraced, tracing));
	}

	/**
	 * How the clients of a builder are traced.
	 * @param builder the builder
	 * @return how, or {@code null} where they are not
	 */
	static @Nullable ChatTracing tracing(ChatClient.Builder builder) {
		ProjectChatClientBuilder traced = traced(builder);
		return (traced != null) ? traced.tracing : null;
	}

	private static @Nullable ProjectChatClientBuilder traced(ChatClient.Builder builder) {
		return (Proxy.isProxyClass(builder.getClass())
				&& Proxy.getInvocationHandler(builder) instanceof ProjectChatClientBuilder traced) ? traced : null;
	}

	@Override
	@Nullable Object intercept(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		Object result = proceed(method, arguments);
		if (result == delegate()) {
			return proxy;
		}
		if (result instanceof ChatClient client) {
			return ProjectChatClient.trace(client, this.tracing);
		}
		return (result instanceof ChatClient.Builder builder) ? trace(builder, this.tracing) : result;
	}

}
