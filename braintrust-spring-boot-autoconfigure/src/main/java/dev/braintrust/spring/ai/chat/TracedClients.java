package dev.braintrust.spring.ai.chat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.braintrust.spring.ai.StandIn;
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
 * Traces clients, builders and requests, each by an object of the class that the
 * application would get without tracing.
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

	// Whether a client is of Spring AI's class, or of the one that stands for it: then it
	// can be traced whatever type it is declared by.
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
		ClientInterceptor known = StandIn.interceptor(client, ClientInterceptor.class);
		Object target = (known != null) ? known.target() : client;
		return StandIn.of(target, declaredType, new ClientInterceptor(target, tracing, moving, this));
	}

	// Trace a request.
	ChatClientRequestSpec request(ChatClientRequestSpec request, ChatTracing tracing, boolean moving) {
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

	void warnUntraced(ChatTracing tracing, Class<?> request) {
		if (tracing.tracer().isEnabled() && this.warned.add(tracing.agent())) {
			logger.warn("The ChatClient '" + tracing.agent() + "' is not traced: its requests are of "
					+ request.getName() + ", and only requests of Spring AI's own class can be traced");
		}
	}

	// How a client or a builder is traced, also behind a proxy that always has the same
	// target.
	public @Nullable ChatTracing tracing(Object client) {
		Object target = client;
		while (target != null) {
			ClientInterceptor interceptor = StandIn.interceptor(target, ClientInterceptor.class);
			if (interceptor != null) {
				return interceptor.tracing();
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

	// Whether what a client makes is of its project even if it stands before a client of
	// another.
	boolean isMoving(Object client) {
		Object target = client;
		while (target != null) {
			ClientInterceptor interceptor = StandIn.interceptor(target, ClientInterceptor.class);
			if (interceptor != null) {
				return interceptor.isMoving();
			}
			if (target.getClass() == ProjectChatClient.class || target.getClass() == ProjectChatClientBuilder.class) {
				return true;
			}
			target = AopProxyUtils.getSingletonTarget(target);
		}
		return false;
	}

}
