package dev.braintrust.spring.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.payload.ChatMessages;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.Message;

/**
 * One run of an agent: the task span around a call or a stream, and what its model calls
 * add up to. The spans below it are given their parent by the run itself, so they find it
 * on whatever thread they start.
 */
final class AgentRun {

	private static final List<String> TOTALS = List.of("prompt_tokens", "completion_tokens", "tokens");

	private final ChatTracing tracing;

	private final ProjectSpan task;

	private final boolean recording;

	private final boolean current;

	private final Object lock = new Object();

	private @Nullable Map<String, Long> tokens;

	private final AtomicBoolean ended = new AtomicBoolean();

	private volatile @Nullable String lastText;

	private @Nullable ToolLoop loop;

	private @Nullable List<OpenSpan> open;

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

	boolean isEnded() {
		return this.ended.get();
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
	 * The loop of an application that executes the tools itself, around the calls of the
	 * model.
	 * @return the loop
	 */
	ToolLoop loop() {
		synchronized (this.lock) {
			ToolLoop loop = this.loop;
			if (loop == null) {
				loop = new ToolLoop(this, this.tracing);
				this.loop = loop;
			}
			return loop;
		}
	}

	/**
	 * A span has started that the run ends before it ends itself.
	 * @param span the span
	 */
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

	/**
	 * End the run with an answer.
	 * @param answer the final answer, or {@code null} for the last one of the model
	 */
	void end(@Nullable String answer) {
		end(answer, null);
	}

	/**
	 * End the run with what a stream brought.
	 * @param answer the text that the subscriber got
	 */
	void end(StringBuilder answer) {
		end(answer.isEmpty() ? null : answer, null);
	}

	/**
	 * End the run with an error.
	 * @param failure the error
	 */
	void fail(Throwable failure) {
		end(null, failure);
	}

	/**
	 * End the run with an error and what a stream had brought before it.
	 * @param failure the error
	 * @param answer the text that the subscriber got
	 */
	void fail(Throwable failure, StringBuilder answer) {
		end(answer.isEmpty() ? null : answer, failure);
	}

	private void end(@Nullable CharSequence answer, @Nullable Throwable failure) {
		if (this.recording && this.ended.compareAndSet(false, true)) {
			this.tracing.observe(this::endOpenSpans);
			this.tracing.observe(() -> write(answer, failure));
			this.task.end();
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
		String output = (answer != null || failure == null) ? output(answer) : null;
		if (output != null) {
			this.task.output(output);
		}
		synchronized (this.lock) {
			if (this.tokens != null) {
				this.tokens.forEach(this.task::metric);
			}
		}
	}

	// What the model said last is mostly what the caller got; then it is one text.
	private @Nullable String output(@Nullable CharSequence answer) {
		String last = this.lastText;
		return (answer == null || (last != null && last.contentEquals(answer))) ? last : answer.toString();
	}

}
