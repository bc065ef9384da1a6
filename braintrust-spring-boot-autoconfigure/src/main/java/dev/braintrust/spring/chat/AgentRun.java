package dev.braintrust.spring.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.payload.ChatMessages;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.util.CollectionUtils;

/**
 * One run of an agent: the task span around a call or a stream, and what its model calls
 * add up to. The spans below it are given their parent by the run itself, so they find it
 * on whatever thread they start.
 */
final class AgentRun {

	private final ChatTracing tracing;

	private final ProjectSpan task;

	private final Map<String, Long> tokens = new LinkedHashMap<>();

	private volatile @Nullable String lastText;

	private final boolean recording;

	private AgentRun(ChatTracing tracing, ProjectSpan task, boolean recording) {
		this.tracing = tracing;
		this.task = task;
		this.recording = recording;
	}

	/**
	 * Start a run below the current span of the project.
	 * @param tracing how it is traced
	 * @param input what the user asks
	 * @return the run
	 */
	static AgentRun start(ChatTracing tracing, List<Message> input) {
		ProjectSpan task = tracing.tracer().taskSpan(tracing.agent()).startSpan();
		return new AgentRun(tracing, task.input(new ChatMessages(input)), task.isRecording());
	}

	/**
	 * What stands for a run where none was started. The spans of model and tool calls
	 * take the current span of the project as their parent then.
	 * @param tracing how they are traced
	 * @return no run
	 */
	static AgentRun none(ChatTracing tracing) {
		return new AgentRun(tracing, tracing.tracer().currentSpan(), true);
	}

	/**
	 * Whether the run is recorded. Where not, nothing below it is, and the request goes
	 * its way untouched.
	 * @return whether there is anything to trace
	 */
	boolean isRecording() {
		return this.recording;
	}

	ProjectSpan task() {
		return this.task;
	}

	/**
	 * The context that spans of this run start in.
	 * @return the current context where the application has made a span below the task
	 * current, else the current context with the task
	 */
	Context context() {
		ProjectSpan current = this.tracing.tracer().currentSpan();
		boolean below = current.getSpanContext().isValid()
				&& current.getSpanContext().getTraceId().equals(this.task.getSpanContext().getTraceId());
		return below ? Context.current() : Context.current().with(this.task);
	}

	/**
	 * Trace a call of the model.
	 * @param request the request
	 * @param model what calls the model
	 * @return the response of the model
	 */
	ChatClientResponse modelCall(ChatClientRequest request, Function<ChatClientRequest, ChatClientResponse> model) {
		return ModelCall.start(this, this.tracing, SentPrompt.of(request)).call(request, model);
	}

	/**
	 * Trace a stream from the model, when it is subscribed to.
	 * @param request the request
	 * @param model what streams from the model
	 * @return the responses of the model
	 */
	Flux<ChatClientResponse> modelStream(ChatClientRequest request,
			Function<ChatClientRequest, Flux<ChatClientResponse>> model) {
		return Flux.defer(() -> ModelCall.start(this, this.tracing, request.prompt()).stream(request, model));
	}

	/**
	 * Replace the tools of a request by traced ones.
	 * @param request the request
	 * @return the request with traced tools, or itself where it has none
	 */
	ChatClientRequest traceTools(ChatClientRequest request) {
		if (!(request.prompt().getOptions() instanceof ToolCallingChatOptions options)
				|| CollectionUtils.isEmpty(options.getToolCallbacks()) || !this.recording) {
			return request;
		}
		List<ToolCallback> tools = new ArrayList<>(options.getToolCallbacks().size());
		options.getToolCallbacks().forEach((tool) -> tools.add(ProjectToolCallback.trace(tool, this.tracing, this)));
		ToolCallingChatOptions traced = options.mutate().toolCallbacks(tools).build();
		return new ChatClientRequest(new Prompt(request.prompt().getInstructions(), traced), request.context());
	}

	void answered(@Nullable String text, Map<String, Long> tokens) {
		if (text != null && !text.isEmpty()) {
			this.lastText = text;
		}
		synchronized (this.tokens) {
			tokens.forEach((name, count) -> this.tokens.merge(name, count, Long::sum));
		}
	}

	/**
	 * End the run with an answer.
	 * @param answer the final answer, or {@code null} for the last one of the model
	 */
	void end(@Nullable Object answer) {
		if (this.task.isRecording()) {
			this.task.output((answer != null) ? answer : this.lastText);
		}
		end();
	}

	/**
	 * End the run with an error.
	 * @param failure the error
	 */
	void fail(Throwable failure) {
		this.task.recordException(Failure.unwrap(failure));
		end();
	}

	/**
	 * End the run without an answer.
	 */
	void end() {
		synchronized (this.tokens) {
			this.tokens.forEach(this.task::metric);
		}
		this.task.end();
	}

}
