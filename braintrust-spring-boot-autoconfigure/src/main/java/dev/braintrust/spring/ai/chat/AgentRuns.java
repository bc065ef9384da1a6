package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.BraintrustPrompt;
import dev.braintrust.spring.ProjectSpan;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;

/**
 * The runs of one request specification that are under way: mostly none or one. The model
 * and the manager of tools at the end of its chain of advisors ask here which run their
 * work belongs to.
 */
final class AgentRuns {

	private final ChatTracing tracing;

	private final List<AgentRun> active = new ArrayList<>(1);

	AgentRuns(ChatTracing tracing) {
		this.tracing = tracing;
	}

	ChatTracing tracing() {
		return this.tracing;
	}

	// Whether anything is recorded at all.
	boolean isOn() {
		return this.tracing.tracer().isEnabled();
	}

	@Nullable AgentRun start(@Nullable List<Message> input, @Nullable BraintrustPrompt promptOrigin, ProjectSpan surrounding,
			boolean stream) {
		AgentRun run = this.tracing.see(() -> AgentRun.start(this, (input != null) ? input : List.of(), promptOrigin,
				parent(surrounding), stream));
		if (run != null) {
			synchronized (this.active) {
				this.active.add(run);
			}
		}
		return run;
	}

	private Context parent(ProjectSpan surrounding) {
		boolean elsewhere = !this.tracing.tracer().currentSpan().getSpanContext().isValid()
				&& surrounding.getSpanContext().isValid();
		return elsewhere ? Context.current().with(surrounding) : Context.current();
	}

	// Record a request that could not be built, such as one whose provider of tools
	// failed: a task with its input and the error.
	void refused(@Nullable List<Message> input, Throwable failure) {
		List<Message> asked = this.tracing.see(() -> AgentInput.of((input != null) ? input : List.of()));
		AgentRun run = start(asked, null, this.tracing.tracer().currentSpan(), false);
		if (run != null) {
			run.fail(failure);
		}
	}

	void ended(AgentRun run) {
		synchronized (this.active) {
			this.active.remove(run);
		}
	}

	// The run that the current thread works for: the current one, the one that was
	// started on it, or the one that was started last.
	@Nullable AgentRun current() {
		AgentRun current = AgentRun.current();
		if (current != null && current.isOf(this)) {
			return current;
		}
		synchronized (this.active) {
			for (int i = this.active.size() - 1; i >= 0; i--) {
				if (this.active.get(i).isOf(Thread.currentThread())) {
					return this.active.get(i);
				}
			}
			return this.active.isEmpty() ? null : this.active.get(this.active.size() - 1);
		}
	}

	// The run of a stream.
	@Nullable AgentRun in(ContextView context) {
		AgentRun run = context.getOrDefault(this, null);
		return (run != null) ? run : current();
	}

	// The run whose model has asked for tools.
	@Nullable AgentRun thatAsked(List<AssistantMessage.ToolCall> calls) {
		synchronized (this.active) {
			for (AgentRun run : this.active) {
				if (this.active.size() > 1 && run.requestedTools().isAsked(calls)) {
					return run;
				}
			}
		}
		return current();
	}

}
