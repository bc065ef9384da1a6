package dev.braintrust.spring.chat;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.prompt.PromptTemplate;
import org.springframework.util.StringUtils;

/**
 * Finds what the user asks in a request: the messages since the last answer, before any
 * advisor adds to them. Texts of the system are no part of it.
 */
final class AgentInput {

	private AgentInput() {
	}

	static List<Message> of(DefaultChatClientRequestSpec request) {
		List<Message> input = new ArrayList<>();
		for (Message message : request.getMessages()) {
			if (message instanceof AssistantMessage) {
				input.clear();
			}
			else if (!(message instanceof SystemMessage)) {
				input.add(message);
			}
		}
		String text = userText(request);
		if (StringUtils.hasText(text)) {
			input.add(UserMessage.builder().text(text).media(request.getMedia()).build());
		}
		return List.copyOf(input);
	}

	private static @Nullable String userText(DefaultChatClientRequestSpec request) {
		String text = request.getUserText();
		if (!StringUtils.hasText(text) || request.getUserParams().isEmpty()) {
			return text;
		}
		try {
			return PromptTemplate.builder()
				.template(text)
				.variables(request.getUserParams())
				.renderer(request.getTemplateRenderer())
				.build()
				.render();
		}
		catch (RuntimeException ex) {
			// The client renders the same and fails in its own way.
			return text;
		}
	}

}
