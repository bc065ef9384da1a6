package dev.braintrust.spring.ai.chat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.braintrust.spring.ai.StandIn;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClient.ChatClientRequestSpec;
import org.springframework.ai.chat.client.DefaultChatClient;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.client.DefaultChatClientBuilder;
import org.springframework.aop.framework.AopProxyUtils;

/**
 * Traces clients, builders and requests. It replaces each with an object of the class
 * that the application would get without tracing.
 */
public final class TracedClients {

	private static final Log logger = LogFactory.getLog(ChatClientInstrumentation.LOG);

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	// Trace a client.
	public @Nullable ChatClient client(ChatClient client, @Nullable Class<?> declaredType, ChatTracing tracing,
			boolean moving) {
		if (isOfSpringAi(client)) {
			DefaultChatClient known = (DefaultChatClient) client;
			ChatTracing owner = moving ? null : ProjectChatClient.tracing(known);
			return ProjectChatClient.trace(known, (owner != null) ? owner : tracing);
		}
		return (ChatClient) standIn(client, declaredType, tracing, moving);
	}

	// Whether a client has Spring AI's own class or its traced subclass. If so, it can be
	// traced regardless of its declared type.
	public boolean isOfSpringAi(Object client) {
		return client.getClass() == DefaultChatClient.class || client.getClass() == ProjectChatClient.class;
	}

	public ChatClient.@Nullable Builder builder(ChatClient.Builder builder, @Nullable Class<?> declaredType,
			ChatTracing tracing, boolean moving) {
		if (builder.getClass() == DefaultChatClientBuilder.class
				|| builder.getClass() == ProjectChatClientBuilder.class) {
			return ProjectChatClientBuilder.trace((DefaultChatClientBuilder) builder, tracing);
		}
		return (ChatClient.Builder) standIn(builder, declaredType, tracing, moving);
	}

	private @Nullable Object standIn(Object client, @Nullable Class<?> declaredType, ChatTracing tracing,
			boolean moving) {
		Interceptor known = StandIn.interceptor(client, Interceptor.class);
		Object target = (known != null) ? known.target : client;
		return StandIn.of(target, declaredType, new Interceptor(target, tracing, moving, this));
	}

	// Trace a request.
	private ChatClientRequestSpec request(ChatClientRequestSpec request, ChatTracing tracing, boolean moving) {
		ChatTracing current = ProjectRequestSpec.tracing(request);
		if (current != null && (current == tracing || !moving)) {
			return request;
		}
		if (current != null || request.getClass() == DefaultChatClientRequestSpec.class) {
			return ProjectRequestSpec.trace((DefaultChatClientRequestSpec) request, tracing);
		}
		warnUntraced(tracing, request.getClass());
		return request;
	}

	private void warnUntraced(ChatTracing tracing, Class<?> request) {
		if (tracing.tracer().isEnabled() && this.warned.add(tracing.agent())) {
			logger.warn("The ChatClient '" + tracing.agent() + "' is not traced: its requests are of "
					+ request.getName() + ", and only requests of Spring AI's own class can be traced");
		}
	}

	// Return the tracing of a client or a builder, even behind a proxy with a
	// fixed target.
	public @Nullable ChatTracing tracing(Object client) {
		Object target = client;
		while (target != null) {
			Interceptor interceptor = StandIn.interceptor(target, Interceptor.class);
			if (interceptor != null) {
				return interceptor.tracing;
			}
			ChatTracing tracing = ProjectChatClient.tracing(target);
			tracing = (tracing != null) ? tracing : ProjectChatClientBuilder.tracing(target);
			if (tracing != null) {
				return tracing;
			}
			target = AopProxyUtils.getSingletonTarget(target);
		}
		return null;
	}

	// Whether everything that a client creates belongs to its project, even if the client
	// wraps a client of another project.
	boolean isMoving(Object client) {
		Object target = client;
		while (target != null) {
			Interceptor interceptor = StandIn.interceptor(target, Interceptor.class);
			if (interceptor != null) {
				return interceptor.moving;
			}
			if (target.getClass() == ProjectChatClient.class || target.getClass() == ProjectChatClientBuilder.class) {
				return true;
			}
			target = AopProxyUtils.getSingletonTarget(target);
		}
		return false;
	}

	/**
	 * Traces the requests, builders and clients that a client or builder creates, if that
	 * has a class of the application or is behind a proxy.
	 */
	private static final class Interceptor implements MethodInterceptor {

		private final Object target;

		private final ChatTracing tracing;

		private final boolean moving;

		private final TracedClients clients;

		Interceptor(Object target, ChatTracing tracing, boolean moving, TracedClients clients) {
			this.target = target;
			this.tracing = tracing;
			this.moving = moving;
			this.clients = clients;
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

}
