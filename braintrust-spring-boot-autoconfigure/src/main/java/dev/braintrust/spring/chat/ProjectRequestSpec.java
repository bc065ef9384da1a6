package dev.braintrust.spring.chat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClient.CallResponseSpec;
import org.springframework.ai.chat.client.ChatClient.ChatClientRequestSpec;
import org.springframework.ai.chat.client.ChatClient.StreamResponseSpec;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.messages.Message;

/**
 * A request whose call or stream is traced. While the chain of advisors is built, the one
 * that runs the tool loop is replaced by a {@link ToolLoopAdvisor} around it; the request
 * itself is left as it was.
 */
final class ProjectRequestSpec extends DelegatingProxy<ChatClientRequestSpec> {

	private final DefaultChatClientRequestSpec request;

	private final ChatTracing tracing;

	private final AutoRegisteredToolAdvisor toolAdvisor;

	private ProjectRequestSpec(DefaultChatClientRequestSpec request, ChatTracing tracing,
			AutoRegisteredToolAdvisor toolAdvisor) {
		super(request);
		this.request = request;
		this.tracing = tracing;
		this.toolAdvisor = toolAdvisor;
	}

	static ChatClientRequestSpec trace(DefaultChatClientRequestSpec request, ChatTracing tracing,
			AutoRegisteredToolAdvisor toolAdvisor) {
		return create(ChatClientRequestSpec.class, new ProjectRequestSpec(request, tracing, toolAdvisor));
	}

	/**
	 * What traces a request.
	 * @param request the request
	 * @return what does, or {@code null} where the request is of no project
	 */
	static @Nullable ProjectRequestSpec traced(@Nullable ChatClientRequestSpec request) {
		return (request != null && Proxy.isProxyClass(request.getClass())
				&& Proxy.getInvocationHandler(request) instanceof ProjectRequestSpec traced) ? traced : null;
	}

	/**
	 * The same request, traced by the given tracing alone.
	 * @param tracing how it is traced
	 * @return the traced request
	 */
	ChatClientRequestSpec into(ChatTracing tracing) {
		return trace(this.request, tracing, this.toolAdvisor);
	}

	@Override
	@Nullable Object intercept(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		if (isTerminal(method) && this.tracing.tracer().isEnabled()) {
			return respond(method, arguments);
		}
		Object result = proceed(method, arguments);
		if (result == delegate()) {
			return proxy;
		}
		return (result instanceof ChatClient.Builder builder) ? ProjectChatClientBuilder.trace(builder, this.tracing)
				: result;
	}

	private static boolean isTerminal(Method method) {
		return method.getReturnType() == CallResponseSpec.class || method.getReturnType() == StreamResponseSpec.class;
	}

	private @Nullable Object respond(Method method, Object @Nullable [] arguments) throws Throwable {
		List<Message> input = this.tracing.see(() -> AgentInput.of(this.request));
		AgentRuns runs = new AgentRuns(this.tracing, (input != null) ? input : List.of());
		Object response = build(method, arguments, runs);
		if (response instanceof CallResponseSpec call) {
			return ProjectCallResponseSpec.trace(call, runs);
		}
		return (response instanceof StreamResponseSpec stream) ? new ProjectStreamResponseSpec(stream, runs) : response;
	}

	private @Nullable Object build(Method method, Object @Nullable [] arguments, AgentRuns runs) throws Throwable {
		// Of two threads that send the same request, each must find its advisors as they
		// were.
		synchronized (this.request) {
			AdvisorPlacement placement = this.tracing
				.see(() -> AdvisorPlacement.of(this.request, this.toolAdvisor, runs));
			try {
				return proceed(method, arguments);
			}
			finally {
				if (placement != null) {
					placement.undo();
				}
			}
		}
	}

}
