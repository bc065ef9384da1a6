package dev.braintrust.spring.chat;

import java.lang.reflect.Method;
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

	@Override
	@Nullable Object intercept(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		if (method.getReturnType() == CallResponseSpec.class || method.getReturnType() == StreamResponseSpec.class) {
			return respond(method, arguments);
		}
		Object result = proceed(method, arguments);
		if (result == delegate()) {
			return proxy;
		}
		return (result instanceof ChatClient.Builder builder) ? ProjectChatClientBuilder.trace(builder, this.tracing)
				: result;
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
