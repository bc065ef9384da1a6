package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.BraintrustPrompt;
import dev.braintrust.spring.ProjectSpan;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;

/**
 * A request that was built and sent. Each use of it is a run: usually one, and another
 * one each time the application calls or subscribes again. The parent of a run is the
 * project's span that is current when the run starts. If a stream is subscribed to while
 * no span of the project is current, the parent is the span that was current when the
 * request was sent.
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

	@Nullable AgentRun start(@Nullable Thread thread) {
		return this.runs.start(this.sent.prompt()::getInstructions, promptOrigin(), parent(), thread);
	}

	private @Nullable BraintrustPrompt promptOrigin() {
		return (this.sent.context().get(BraintrustPrompt.PARAM) instanceof BraintrustPrompt origin) ? origin : null;
	}

	private Context parent() {
		boolean elsewhere = !this.runs.tracing().tracer().currentSpan().getSpanContext().isValid()
				&& this.surrounding.getSpanContext().isValid();
		return elsewhere ? Context.current().with(this.surrounding) : Context.current();
	}

	// Find the input of the user: the messages since the last answer, before advisors add
	// to them. System messages are left out unless there is nothing else. An answer at
	// the end, which the model should continue, is part of the input.
	static List<Message> asked(List<Message> messages) {
		int last = messages.size() - 1;
		while (last >= 0
				&& (messages.get(last) instanceof AssistantMessage || messages.get(last) instanceof SystemMessage)) {
			last--;
		}
		int start = Math.max(last, 0);
		while (start > 0 && !(messages.get(start - 1) instanceof AssistantMessage)) {
			start--;
		}
		List<Message> asked = new ArrayList<>(messages.size() - start);
		for (int i = start; i < messages.size(); i++) {
			if (!(messages.get(i) instanceof SystemMessage)) {
				asked.add(messages.get(i));
			}
		}
		return asked.isEmpty() ? messages : asked;
	}

}
