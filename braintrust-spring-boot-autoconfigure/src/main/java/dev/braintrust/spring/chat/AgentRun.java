package dev.braintrust.spring.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.payload.ChatMessages;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
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

	private final boolean recording;

	private final boolean current;

	private final Map<String, Long> tokens = new LinkedHashMap<>();

	private volatile @Nullable String lastText;

	private AgentRun(ChatTracing tracing, ProjectSpan task, boolean recording, boolean current) {
		this.tracing = tracing;
		this.task = task;
		this.recording = recording;
		this.current = current;
	}

	/**
	 * Start a run.
	 * @param tracing how it is traced
	 * @param input what the user asks
	 * @param parent the context that has the parent of the task
	 * @param current whether the caller will make the task current on its thread
	 * @return the run
	 */
	static AgentRun start(ChatTracing tracing, List<Message> input, Context parent, boolean current) {
		ProjectSpan task = tracing.tracer().taskSpan(tracing.agent()).setParent(parent).startSpan();
		return new AgentRun(tracing, task.input(new ChatMessages(input)), task.isRecording(), current);
	}

	/**
	 * What stands for a run that is not there: it records nothing, and changes nothing.
	 * @param tracing how it would be traced
	 * @return no run
	 */
	static AgentRun none(ChatTracing tracing) {
		return new AgentRun(tracing, tracing.tracer().currentSpan(), false, false);
	}

	/**
	 * Whether the run is recorded. Where not, nothing below it is, and the request goes
	 * its way untouched.
	 * @return whether there is anything to trace
	 */
	boolean isRecording() {
		return this.recording;
	}

	Scope makeCurrent() {
		return this.task.makeCurrent();
	}

	/**
	 * The context that spans of this run start in: with the span that the application has
	 * made current below the task of a call, else with the task itself.
	 * @return the context
	 */
	Context context() {
		ProjectSpan span = this.tracing.tracer().currentSpan();
		boolean below = this.current && span.getSpanContext().isValid()
				&& span.getSpanContext().getTraceId().equals(this.task.getSpanContext().getTraceId());
		return below ? Context.current() : Context.current().with(this.task);
	}

	/**
	 * Trace a call of the model.
	 * @param request the request
	 * @param model what calls the model
	 * @return the response of the model
	 */
	ChatClientResponse modelCall(ChatClientRequest request, Function<ChatClientRequest, ChatClientResponse> model) {
		ModelCall call = this.tracing
			.see(() -> ModelCall.start(this, this.tracing, SentPrompt.of(request), request.context()));
		return (call != null) ? call.call(request, model) : model.apply(request);
	}

	/**
	 * Trace a stream from the model, when it is subscribed to.
	 * @param request the request
	 * @param model what streams from the model
	 * @return the responses of the model
	 */
	Flux<ChatClientResponse> modelStream(ChatClientRequest request,
			Function<ChatClientRequest, Flux<ChatClientResponse>> model) {
		return Flux.defer(() -> {
			ModelCall call = this.tracing
				.see(() -> ModelCall.start(this, this.tracing, request.prompt(), request.context()));
			return (call != null) ? call.stream(request, model) : model.apply(request);
		});
	}

	/**
	 * Replace the tools of a request by traced ones.
	 * @param request the request
	 * @return the request with traced tools, or itself where it has none
	 */
	ChatClientRequest traceTools(ChatClientRequest request) {
		ChatClientRequest traced = this.recording ? this.tracing.see(() -> withTracedTools(request)) : null;
		return (traced != null) ? traced : request;
	}

	private @Nullable ChatClientRequest withTracedTools(ChatClientRequest request) {
		if (!(request.prompt().getOptions() instanceof ToolCallingChatOptions options)) {
			return null;
		}
		List<ToolCallback> tools = options.getToolCallbacks();
		if (CollectionUtils.isEmpty(tools)) {
			return null;
		}
		List<ToolCallback> tracedTools = new ArrayList<>(tools.size());
		tools.forEach((tool) -> tracedTools.add(ProjectToolCallback.trace(tool, this.tracing, this)));
		ToolCallingChatOptions traced = options.mutate().toolCallbacks(tracedTools).build();
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
	void end(@Nullable String answer) {
		if (this.recording) {
			this.task.output((answer != null) ? answer : this.lastText);
			end();
		}
	}

	/**
	 * End the run with what a stream brought.
	 * @param answer the text that the subscriber got
	 */
	void end(StringBuilder answer) {
		String last = this.lastText;
		// What the model said last is mostly what the subscriber got; then it is one
		// text.
		boolean same = answer.isEmpty() || (last != null && last.contentEquals(answer));
		end(same ? null : answer.toString());
	}

	/**
	 * End the run with an error.
	 * @param failure the error
	 */
	void fail(Throwable failure) {
		if (this.recording) {
			this.task.recordException(Failure.unwrap(failure));
			end();
		}
	}

	private void end() {
		synchronized (this.tokens) {
			this.tokens.forEach(this.task::metric);
		}
		this.task.end();
	}

}
