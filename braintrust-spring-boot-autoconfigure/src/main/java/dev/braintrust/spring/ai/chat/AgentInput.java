package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.List;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;

/**
 * Finds what the user asks in a request: the messages since the last answer, before any
 * advisor adds to them. System texts are no part of it, unless there is nothing else. An
 * answer at the end, which the model is to continue, is part of what is asked.
 */
final class AgentInput {

	private AgentInput() {
	}

	static List<Message> of(List<Message> messages) {
		int asked = messages.size() - 1;
		while (asked >= 0
				&& (messages.get(asked) instanceof AssistantMessage || messages.get(asked) instanceof SystemMessage)) {
			asked--;
		}
		int start = Math.max(asked, 0);
		while (start > 0 && !(messages.get(start - 1) instanceof AssistantMessage)) {
			start--;
		}
		List<Message> input = new ArrayList<>(messages.size() - start);
		for (int i = start; i < messages.size(); i++) {
			if (!(messages.get(i) instanceof SystemMessage)) {
				input.add(messages.get(i));
			}
		}
		return input.isEmpty() ? List.copyOf(messages) : input;
	}

}
