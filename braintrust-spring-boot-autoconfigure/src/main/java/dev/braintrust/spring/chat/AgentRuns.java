package dev.braintrust.spring.chat;

import java.util.List;

import org.springframework.ai.chat.messages.Message;

/**
 * The runs of one request: as a rule one, and another one each time that the application
 * calls or subscribes again.
 */
final class AgentRuns {

	private final ChatTracing tracing;

	private final List<Message> input;

	private volatile AgentRun current;

	AgentRuns(ChatTracing tracing, List<Message> input) {
		this.tracing = tracing;
		this.input = input;
		this.current = AgentRun.none(tracing);
	}

	/**
	 * Start a run. It becomes the one that the advisors of the request trace into.
	 * @return the run
	 */
	AgentRun start() {
		AgentRun run = AgentRun.start(this.tracing, this.input);
		this.current = run;
		return run;
	}

	AgentRun current() {
		return this.current;
	}

}
