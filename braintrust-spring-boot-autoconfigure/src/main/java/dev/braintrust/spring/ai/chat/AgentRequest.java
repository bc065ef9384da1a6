package dev.braintrust.spring.ai.chat;

import java.util.List;

import dev.braintrust.spring.BraintrustPrompt;
import dev.braintrust.spring.ProjectSpan;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.messages.Message;

/**
 * A request that was built, from the moment it was sent. Each use of it is a run: as a
 * rule one, and another one each time that the application calls or subscribes again.
 * Runs are below the span of the project that is current when they start or, for a stream
 * that is subscribed to elsewhere, when the request was sent.
 */
final class AgentRequest {

	private final AgentRuns runs;

	private final ChatClientRequest sent;

	private final ProjectSpan surrounding;

	AgentRequest(AgentRuns runs, ChatClientRequest sent) {
		this.runs = runs;
		this.sent = sent;
		this.surrounding = runs.tracing().tracer().currentSpan();
	}

	ChatClientRequest sent() {
		return this.sent;
	}

	AgentRuns runs() {
		return this.runs;
	}

	@Nullable AgentRun start(boolean stream) {
		List<Message> input = this.runs.tracing().see(() -> AgentInput.of(this.sent.prompt().getInstructions()));
		return this.runs.start(input, promptOrigin(), this.surrounding, stream);
	}

	private @Nullable BraintrustPrompt promptOrigin() {
		return (this.sent.context().get(BraintrustPrompt.PARAM) instanceof BraintrustPrompt origin) ? origin : null;
	}

}
