package org.springframework.ai.deepseek;

import java.util.Map;

import org.springframework.ai.model.tool.DefaultToolCallingChatOptions;

/**
 * A copy of Spring AI's class of this name, with the members that are read.
 */
public class DeepSeekChatOptions extends DefaultToolCallingChatOptions {

	private final Object toolChoice;

	public DeepSeekChatOptions(Object toolChoice) {
		super(null, null, "deepseek-chat", null, null, null, null, null, null, null);
		this.toolChoice = toolChoice;
	}

	public Object getToolChoice() {
		return this.toolChoice;
	}

	public Object getResponseFormat() {
		return Map.of("type", "json_object");
	}

}
