package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.braintrust.spring.BraintrustPrompt;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ai.message.ChatMessages;
import dev.braintrust.spring.ai.message.ToolDefinitions;
import dev.braintrust.spring.content.CuttableSpan;
import dev.braintrust.spring.reactor.ReactiveSpans;
import dev.braintrust.spring.trace.ProjectContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;

import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;

/**
 * One run of an agent: the task span around a call or a stream, and what its model calls
 * add up to. The spans below it are given their parent by the run itself, so they find it
 * on whatever thread they start.
 */
final class AgentRun {

	private static final List<String> TOTALS = List.of("prompt_tokens", "completion_tokens", "tokens");

	private static final ContextKey<Object> KEY = ContextKey.named("braintrust-run");

	// The value of a key cannot be removed, and OpenTelemetry warns of null.
	private static final Object NONE = new Object();

	private final AgentRuns runs;

	private final ChatTracing tracing;

	private final ProjectSpan task;

	private final Context parent;

	private final boolean recording;

	private final @Nullable Thread thread;

	private final @Nullable BraintrustPrompt promptOrigin;

	private final RequestedTools requestedTools;

	private final Object lock = new Object();

	private @Nullable Map<String, Long> tokens;

	private final AtomicBoolean ended = new AtomicBoolean();

	private volatile @Nullable String lastText;

	private volatile @Nullable ChatResponse returned;

	private @Nullable List<OpenSpan> open;

	private @Nullable Map<ToolCallback, ToolDefinition> definitions;

	private AgentRun(AgentRuns runs, ProjectSpan task, Context parent, @Nullable BraintrustPrompt promptOrigin,
			boolean recording, @Nullable Thread thread) {
		this.runs = runs;
		this.tracing = runs.tracing();
		this.task = task;
		this.parent = parent;
		this.promptOrigin = promptOrigin;
		this.recording = recording;
		this.thread = thread;
		this.requestedTools = new RequestedTools(this, this.tracing);
	}

	static AgentRun start(AgentRuns runs, List<Message> input, @Nullable BraintrustPrompt promptOrigin, Context parent,
			boolean stream) {
		ChatTracing tracing = runs.tracing();
		ProjectSpan task = tracing.tracer().taskSpan(tracing.agent()).setParent(parent).startSpan();
		return new AgentRun(runs, task.input(new ChatMessages(input)), parent, promptOrigin, task.isRecording(),
				stream ? null : Thread.currentThread());
	}

	// Whether the run is recorded. If not, nothing below it is.
	boolean isRecording() {
		return this.recording;
	}

	// Let the run be completed when the application context closes before it ends.
	void beforeCut(Runnable completion) {
		if (this.task instanceof CuttableSpan span) {
			span.beforeCut(completion);
		}
	}

	boolean isEnded() {
		return this.ended.get();
	}

	boolean isOf(Thread thread) {
		return this.thread == thread;
	}

	boolean isOf(AgentRuns runs) {
		return this.runs == runs;
	}

	// The run that is current on this thread.
	static @Nullable AgentRun current() {
		return (Context.current().get(KEY) instanceof AgentRun run) ? run : null;
	}

	ChatTracing tracing() {
		return this.tracing;
	}

	RequestedTools requestedTools() {
		return this.requestedTools;
	}

	@Nullable BraintrustPrompt promptOrigin() {
		return this.promptOrigin;
	}

	Scope makeCurrent() {
		return in(Context.current()).makeCurrent();
	}

	// A context in which this run is current.
	Context in(Context context) {
		return context.with(this.task).with(KEY, this);
	}

	// A context in which this run is current, with the spans that were current for all
	// projects elsewhere. The span of the application stays.
	Context carried(Context context, Context source) {
		return ProjectContext.merge(context, source).with(KEY, this);
	}

	boolean isCurrentIn(Context context) {
		return context.get(KEY) == this;
	}

	// A context in which what surrounds this run is current in its place. Everything else
	// stays.
	Context outside(Context context) {
		Object around = this.parent.get(KEY);
		return ProjectContext.replace(context, this.parent).with(KEY, (around != null) ? around : NONE);
	}

	// Make the run known to all that is subscribed to inside a stream: on the thread that
	// subscribes, and in the context of Reactor.
	<T> Flux<T> within(Flux<T> stream) {
		return new RunFlux<>(stream, this, false)
			.contextWrite((context) -> ReactiveSpans.put(context, this.task).put(this.runs, this));
	}

	// Make the run current for the signals of a model, on whatever thread they arrive.
	<T> Flux<T> signalsOf(Flux<T> responses) {
		// Reactor may do the same, and would restore once more a chunk for an operator of
		// ours.
		return (isEnded() || Hooks.isAutomaticContextPropagationEnabled()) ? responses
				: new RunFlux<>(responses, this, true);
	}

	// Do work on another thread while this run is current, and the spans that are current
	// for all projects now. The span of the application stays that of the other thread.
	Runnable carry(Runnable work) {
		Context scheduled = Context.current();
		return () -> {
			if (isEnded()) {
				work.run();
				return;
			}
			try (Scope ignored = carried(Context.current(), scheduled).makeCurrent()) {
				work.run();
			}
		};
	}

	// The context that spans of this run start in: with the span that the application has
	// made current below the task, else with the task itself.
	Context context() {
		ProjectSpan span = this.tracing.tracer().currentSpan();
		boolean below = span.getSpanContext().isValid()
				&& span.getSpanContext().getTraceId().equals(this.task.getSpanContext().getTraceId())
				&& this.thread != null;
		return below ? Context.current() : Context.current().with(this.task);
	}

	// The context for spans beside the task: the one that the task was started in if that
	// has a span of the project, else the one of the task.
	Context surroundings() {
		try (Scope ignored = this.parent.makeCurrent()) {
			return this.tracing.tracer().currentSpan().getSpanContext().isValid() ? this.parent
					: this.parent.with(this.task);
		}
	}

	// The definition of a tool. It is read once a run, since some tools make theirs each
	// time.
	ToolDefinition definition(ToolCallback tool) {
		synchronized (this.lock) {
			ToolDefinition known = (this.definitions != null) ? this.definitions.get(tool) : null;
			if (known != null) {
				return known;
			}
		}
		ToolDefinition definition = ToolDefinitions.of(tool);
		synchronized (this.lock) {
			if (this.definitions == null) {
				this.definitions = new IdentityHashMap<>();
			}
			this.definitions.put(tool, definition);
		}
		return definition;
	}

	// A span has started that the run ends before it ends itself.
	void opened(OpenSpan span) {
		synchronized (this.lock) {
			List<OpenSpan> open = this.open;
			if (open == null) {
				open = new ArrayList<>(2);
				this.open = open;
			}
			for (int i = open.size() - 1; i >= 0; i--) {
				if (open.get(i).isEnded()) {
					open.remove(i);
				}
			}
			open.add(span);
		}
	}

	// A call of the model has been answered.
	void answered(@Nullable String text, Map<String, Long> tokens) {
		if (text != null && !text.isEmpty()) {
			this.lastText = text;
		}
		synchronized (this.lock) {
			for (String name : TOTALS) {
				Long count = tokens.get(name);
				if (count != null) {
					add(name, count);
				}
			}
		}
	}

	private void add(String name, Long count) {
		Map<String, Long> totals = (this.tokens != null) ? this.tokens : new LinkedHashMap<>(8);
		totals.merge(name, count, Long::sum);
		this.tokens = totals;
	}

	// A response has come out of the chain of advisors: what the application gets, or
	// reads an entity from.
	void returned(ChatClientResponse response) {
		if (!this.recording) {
			return;
		}
		ChatResponse returned = response.chatResponse();
		this.returned = returned;
		this.tracing.observe(() -> this.requestedTools.returned(returned));
	}

	// End the run of a call.
	void end() {
		end(this.tracing.see(() -> AgentStream.text(this.returned)), null);
	}

	// End the run of a stream.
	void end(StringBuilder answer) {
		end(answer.isEmpty() ? null : answer, null);
	}

	// End the run with an error.
	void fail(Throwable failure) {
		end(this.tracing.see(() -> AgentStream.text(this.returned)), failure);
	}

	// End the run with an error and what a stream had brought before it.
	void fail(Throwable failure, StringBuilder answer) {
		end(answer.isEmpty() ? null : answer, failure);
	}

	private void end(@Nullable CharSequence answer, @Nullable Throwable failure) {
		if (!this.ended.compareAndSet(false, true)) {
			return;
		}
		this.runs.ended(this);
		if (this.recording) {
			this.tracing.observe(this::endOpenSpans);
			this.tracing.observe(() -> this.requestedTools.ended(failure, this.returned));
			this.tracing.observe(() -> write(answer, failure));
			this.task.end();
		}
		forget();
	}

	// Work that the application scheduled inside the run may hold it for long.
	private void forget() {
		this.returned = null;
		this.lastText = null;
		synchronized (this.lock) {
			this.open = null;
			this.definitions = null;
		}
	}

	private void endOpenSpans() {
		List<OpenSpan> open;
		synchronized (this.lock) {
			open = (this.open != null) ? List.copyOf(this.open) : List.of();
		}
		for (OpenSpan span : open) {
			span.cut();
		}
	}

	private void write(@Nullable CharSequence answer, @Nullable Throwable failure) {
		if (failure != null) {
			Failure.record(this.task, failure, this.tracing);
		}
		if (answer != null) {
			this.task.output(output(answer));
		}
		synchronized (this.lock) {
			if (this.tokens != null) {
				this.tokens.forEach(this.task::metric);
			}
		}
	}

	// What the model said last is mostly what the caller got; then it is one text.
	private String output(CharSequence answer) {
		String last = this.lastText;
		return (last != null && last.contentEquals(answer)) ? last : answer.toString();
	}

}
