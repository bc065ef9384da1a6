package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import dev.braintrust.spring.BraintrustPrompt;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ai.message.ChatMessages;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;

/**
 * The active runs of one request specification, usually at most one. The model and the
 * tool manager at the end of its advisor chain ask here for the run of their work.
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

	@Nullable AgentRun start(Supplier<List<Message>> messages, @Nullable BraintrustPrompt promptOrigin, Context parent,
			@Nullable Thread thread) {
		AgentRun run = this.tracing.see(() -> {
			ProjectSpan task = this.tracing.tracer().taskSpan(this.tracing.agent()).setParent(parent).startSpan();
			return new AgentRun(this, task, parent, promptOrigin, thread);
		});
		if (run != null) {
			if (run.isRecording()) {
				this.tracing.observe(() -> run.span().input(new ChatMessages(AgentRequest.asked(messages.get()))));
			}
			synchronized (this.active) {
				this.active.add(run);
			}
		}
		return run;
	}

	// Record a request that could not be built, for example because a tool provider
	// failed, as a task with its input and the error.
	void refused(Supplier<List<Message>> messages, Throwable failure) {
		AgentRun run = start(messages, null, Context.current(), Thread.currentThread());
		if (run != null) {
			run.end(failure);
		}
	}

	void ended(AgentRun run) {
		synchronized (this.active) {
			this.active.remove(run);
		}
	}

	// Return the run of the current thread: the run in the context, else the run that was
	// started on this thread, else the last one that was started.
	@Nullable AgentRun current() {
		AgentRun current = RunContext.current();
		if (current != null && current.runs() == this) {
			return current;
		}
		synchronized (this.active) {
			for (int i = this.active.size() - 1; i >= 0; i--) {
				if (this.active.get(i).thread() == Thread.currentThread()) {
					return this.active.get(i);
				}
			}
			return this.active.isEmpty() ? null : this.active.get(this.active.size() - 1);
		}
	}

	// Return the run of a stream.
	@Nullable AgentRun in(ContextView context) {
		AgentRun run = context.getOrDefault(this, null);
		return (run != null) ? run : current();
	}

	// Return the run whose model requested the tools. A request keeps its tool advisor
	// after it was sent. A client that is mutated from the request shares the advisor,
	// but has its own runs, maybe in another project.
	@Nullable AgentRun thatAsked(List<AssistantMessage.ToolCall> calls) {
		synchronized (this.active) {
			for (AgentRun run : this.active) {
				if (this.active.size() > 1 && run.requestedTools().isAsked(calls)) {
					return run;
				}
			}
		}
		AgentRun run = current();
		if (run != null) {
			return run;
		}
		AgentRun outer = RunContext.current();
		return (outer != null && outer.requestedTools().isAsked(calls)) ? outer : null;
	}

}
