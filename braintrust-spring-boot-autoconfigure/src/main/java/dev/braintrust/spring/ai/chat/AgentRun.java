package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.BraintrustPrompt;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ai.OpenSpan;
import dev.braintrust.spring.ai.message.ToolDefinitions;
import dev.braintrust.spring.content.LaterSpan;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;

/**
 * One run of an agent: the task span of a call or a stream, and the token totals of its
 * model calls. It sets the parent of the spans below it, on any thread.
 */
final class AgentRun extends OpenSpan {

	private static final List<String> TOTALS = List.of("prompt_tokens", "completion_tokens", "tokens");

	private final AgentRuns runs;

	private final Context parent;

	private final boolean recording;

	private final @Nullable Thread thread;

	private final @Nullable BraintrustPrompt promptOrigin;

	private final RequestedTools requestedTools = new RequestedTools(this);

	private @Nullable Map<String, Long> tokens;

	private @Nullable List<OpenSpan> open;

	private @Nullable Map<ToolCallback, ToolDefinition> definitions;

	private volatile @Nullable ModelCall modelCall;

	private volatile @Nullable String lastText;

	private volatile @Nullable ChatResponse returned;

	private volatile @Nullable String answer;

	private volatile @Nullable Throwable failure;

	AgentRun(AgentRuns runs, ProjectSpan task, Context parent, @Nullable BraintrustPrompt promptOrigin,
			@Nullable Thread thread) {
		super(runs.tracing(), task);
		this.runs = runs;
		this.parent = parent;
		this.promptOrigin = promptOrigin;
		this.recording = task.isRecording();
		this.thread = thread;
	}

	// Whether the run is recorded. If not, no span below it is recorded either.
	boolean isRecording() {
		return this.recording;
	}

	// Register a task that completes the run if the application context closes before the
	// run ends.
	void beforeCut(Runnable completion) {
		if (span() instanceof LaterSpan span) {
			span.beforeCut(completion);
		}
	}

	AgentRuns runs() {
		return this.runs;
	}

	ChatTracing tracing() {
		return this.runs.tracing();
	}

	// The thread of a call, or null for a stream.
	@Nullable Thread thread() {
		return this.thread;
	}

	// The context in which the run was started.
	Context parent() {
		return this.parent;
	}

	RequestedTools requestedTools() {
		return this.requestedTools;
	}

	@Nullable BraintrustPrompt promptOrigin() {
		return this.promptOrigin;
	}

	// Return the parent context for spans of this run. The parent is the project's
	// current span if this is a call and that span is in its trace, else the task.
	Context context() {
		ProjectSpan current = tracing().tracer().currentSpan();
		boolean below = this.thread != null && current.getSpanContext().isValid()
				&& current.getSpanContext().getTraceId().equals(span().getSpanContext().getTraceId());
		return below ? Context.current() : Context.current().with(span());
	}

	// Return the parent context for spans beside the task: the context in which the task
	// was started if it has a span of the project, else the task's own.
	Context surroundings() {
		try (Scope ignored = this.parent.makeCurrent()) {
			return tracing().tracer().currentSpan().getSpanContext().isValid() ? this.parent : this.parent.with(span());
		}
	}

	// Return the definition of a tool. It is read once per run, since some tools create
	// theirs on each call.
	ToolDefinition definition(ToolCallback tool) {
		synchronized (this) {
			ToolDefinition known = (this.definitions != null) ? this.definitions.get(tool) : null;
			if (known != null) {
				return known;
			}
		}
		ToolDefinition definition = ToolDefinitions.of(tool);
		synchronized (this) {
			this.definitions = (this.definitions != null) ? this.definitions : new IdentityHashMap<>();
			this.definitions.put(tool, definition);
		}
		return definition;
	}

	// Register a span that must end before the run.
	synchronized void opened(OpenSpan span) {
		this.open = (this.open != null) ? this.open : new ArrayList<>(2);
		this.open.removeIf(OpenSpan::isEnded);
		this.open.add(span);
	}

	// The model call that is in flight.
	@Nullable ModelCall modelCall() {
		return this.modelCall;
	}

	void modelCall(ModelCall call) {
		this.modelCall = call;
	}

	void answered(ModelCall call) {
		if (this.modelCall == call) {
			this.modelCall = null;
		}
	}

	// Add the answer of a model call.
	void answered(@Nullable String text, Map<String, Long> tokens) {
		if (text != null && !text.isEmpty()) {
			this.lastText = text;
		}
		synchronized (this) {
			for (String name : TOTALS) {
				Long count = tokens.get(name);
				if (count != null) {
					this.tokens = (this.tokens != null) ? this.tokens : new LinkedHashMap<>(8);
					this.tokens.merge(name, count, Long::sum);
				}
			}
		}
	}

	// A response has left the advisor chain. The application receives it, or an entity
	// converted from it.
	void returned(ChatClientResponse response) {
		if (this.recording) {
			ChatResponse returned = response.chatResponse();
			this.returned = returned;
			tracing().observe(() -> this.requestedTools.returned(returned));
		}
	}

	static @Nullable String text(@Nullable ChatResponse response) {
		Generation result = (response != null) ? response.getResult() : null;
		return (result != null) ? result.getOutput().getText() : null;
	}

	// End the run of a call.
	void end(@Nullable Throwable failure) {
		end(tracing().see(() -> text(this.returned)), failure);
	}

	// End the run with the answer that the application received.
	void end(@Nullable String answer, @Nullable Throwable failure) {
		if (claim()) {
			this.answer = answer;
			this.failure = failure;
			this.runs.ended(this);
			finish(failure);
			forget();
		}
	}

	@Override
	protected void write() {
		if (this.recording) {
			openSpans().forEach((span) -> tracing().observe(span::end));
			tracing().observe(() -> this.requestedTools.ended(this.failure, this.returned));
			tracing().observe(this::writeOutput);
		}
	}

	private synchronized List<OpenSpan> openSpans() {
		return (this.open != null) ? List.copyOf(this.open) : List.of();
	}

	private void writeOutput() {
		String answer = this.answer;
		String last = this.lastText;
		if (answer != null) {
			// Usually the caller received the last text of the model: keep one string.
			span().output(answer.equals(last) ? last : answer);
		}
		Map<String, Long> tokens;
		synchronized (this) {
			tokens = (this.tokens != null) ? new LinkedHashMap<>(this.tokens) : Map.of();
		}
		tokens.forEach(span()::metric);
	}

	// Work that the application scheduled inside the run may keep it in memory for long.
	private synchronized void forget() {
		this.returned = null;
		this.lastText = null;
		this.answer = null;
		this.failure = null;
		this.open = null;
		this.definitions = null;
	}

}
