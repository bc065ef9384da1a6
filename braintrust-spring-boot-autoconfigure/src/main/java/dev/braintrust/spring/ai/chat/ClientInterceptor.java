package dev.braintrust.spring.ai.chat;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClient.ChatClientRequestSpec;

/**
 * Traces what a client or a builder makes that is of a class of the application, or
 * stands behind a proxy: its requests, builders and clients.
 */
final class ClientInterceptor implements MethodInterceptor {

	private final Object target;

	private final ChatTracing tracing;

	private final boolean moving;

	private final TracedClients clients;

	ClientInterceptor(Object target, ChatTracing tracing, boolean moving, TracedClients clients) {
		this.target = target;
		this.tracing = tracing;
		this.moving = moving;
		this.clients = clients;
	}

	Object target() {
		return this.target;
	}

	ChatTracing tracing() {
		return this.tracing;
	}

	boolean isMoving() {
		return this.moving;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object result = invocation.proceed();
		Class<?> type = invocation.getMethod().getReturnType();
		if (result == null || result == this.target) {
			if (ChatClientRequestSpec.class.isAssignableFrom(type)) {
				this.clients.warnUntraced(this.tracing, type);
			}
			return result;
		}
		Object traced = this.tracing.see(() -> trace(result, type));
		return type.isInstance(traced) ? traced : result;
	}

	private @Nullable Object trace(Object result, Class<?> type) {
		if (result instanceof ChatClientRequestSpec request) {
			return this.clients.request(request, this.tracing, this.moving);
		}
		if (!this.moving && this.clients.tracing(result) != null) {
			return result;
		}
		if (result instanceof ChatClient client) {
			return this.clients.client(client, type, this.tracing, this.moving);
		}
		return (result instanceof ChatClient.Builder builder)
				? this.clients.builder(builder, type, this.tracing, this.moving) : null;
	}

}
