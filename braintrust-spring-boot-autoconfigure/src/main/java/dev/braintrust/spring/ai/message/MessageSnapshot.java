package dev.braintrust.spring.ai.message;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;

/**
 * A message as it is when it is captured. Its text does not change, but the lists and the
 * metadata that a message hands out do, and it is written after the application has gone
 * on with it. A message of nothing but text is kept as it is. Bytes of media are not
 * copied.
 */
final class MessageSnapshot {

	private MessageSnapshot() {
	}

	// Take what is written of a message.
	static Message of(Message message) {
		if (message instanceof AssistantMessage answer) {
			return of(answer);
		}
		if (message instanceof UserMessage question) {
			String text = question.getText();
			return (question.getMedia().isEmpty() || text == null) ? question
					: UserMessage.builder().text(text).media(question.getMedia()).build();
		}
		if (message instanceof ToolResponseMessage results) {
			List<ToolResponseMessage.ToolResponse> responses = copy(results.getResponses());
			return (responses != results.getResponses()) ? ToolResponseMessage.builder().responses(responses).build()
					: results;
		}
		return message;
	}

	// Take what is written of an answer.
	static AssistantMessage of(AssistantMessage answer) {
		List<AssistantMessage.ToolCall> calls = copy(answer.getToolCalls());
		List<Media> media = copy(answer.getMedia());
		Map<String, Object> content = content(answer);
		if (calls == answer.getToolCalls() && media == answer.getMedia() && content.isEmpty()) {
			return answer;
		}
		return AssistantMessage.builder()
			.content(answer.getText())
			.properties(content)
			.toolCalls(calls)
			.media(media)
			.build();
	}

	// What an empty list may be given later was not sent.
	private static <T> List<T> copy(List<T> list) {
		return list.isEmpty() ? list : List.copyOf(list);
	}

	private static Map<String, Object> content(AssistantMessage answer) {
		Map<String, Object> content = null;
		for (String name : AnswerContent.NAMES) {
			Object value = AnswerContent.value(answer, name);
			if (value != null) {
				content = (content != null) ? content : new HashMap<>(2);
				content.put(name, (value instanceof List<?> blocks) ? new ArrayList<>(blocks) : value);
			}
		}
		return (content != null) ? content : Map.of();
	}

}
