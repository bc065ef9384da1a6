package org.springframework.ai.deepseek;

import java.util.List;
import java.util.Map;

import org.springframework.ai.chat.messages.AssistantMessage;

/**
 * A copy of Spring AI's class of this name, with the members that are read.
 */
public class DeepSeekAssistantMessage extends AssistantMessage {

	private final String reasoningContent;

	public DeepSeekAssistantMessage(String content, String reasoningContent) {
		super(content, Map.of(), List.of(), List.of());
		this.reasoningContent = reasoningContent;
	}

	public String getReasoningContent() {
		return this.reasoningContent;
	}

}
