package dev.braintrust.spring.chat;

import java.util.List;

import dev.braintrust.spring.ProjectSpan;
import io.opentelemetry.context.Context;

import org.springframework.ai.chat.messages.Message;

/**
 * The runs of one request: as a rule one, and another one each time that the application
 * calls or subscribes again. They are below the span of the project that is current when
 * they start or, for a stream that is subscribed to elsewhere, when the request was sent.
 */
final class AgentRuns {

	private final ChatTracing tracing;

	private final List<Message> input;

	private final ProjectSpan surrounding;

	private volatile AgentRun current;

	AgentRuns(ChatTracing tracing, List<Message> input) {
		this.tracing = tracing;
		this.input = input;
		this.surrounding = tracing.tracer().currentSpan();
		this.current = AgentRun.none(tracing);
	}

	/**
	 * Start the run of a call. The caller makes it current on its thread.
	 * @return the run
	 */
	AgentRun startCall() {
		return start(true);
	}

	/**
	 * Start the run of a stream, which moves from thread to thread and is current on
	 * none.
	 * @return the run
	 */
	AgentRun startStream() {
		return start(false);
	}

	private AgentRun start(boolean current) {
		AgentRun run = this.tracing.see(() -> AgentRun.start(this.tracing, this.input, parent(), current));
		run = (run != null) ? run : AgentRun.none(this.tracing);
		this.current = run;
		return run;
	}

	private Context parent() {
		boolean elsewhere = !this.tracing.tracer().currentSpan().getSpanContext().isValid()
				&& this.surrounding.getSpanContext().isValid();
		return elsewhere ? Context.current().with(this.surrounding) : Context.current();
	}

	/**
	 * The run that the advisors of the request trace into.
	 * @return the run that was started last
	 */
	AgentRun current() {
		return this.current;
	}

	ChatTracing tracing() {
		return this.tracing;
	}

}
