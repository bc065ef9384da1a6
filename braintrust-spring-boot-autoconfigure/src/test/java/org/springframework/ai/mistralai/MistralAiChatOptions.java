package org.springframework.ai.mistralai;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.springframework.ai.model.tool.DefaultToolCallingChatOptions;

/**
 * A copy of Spring AI's class of this name, with the members that are read.
 */
public class MistralAiChatOptions extends DefaultToolCallingChatOptions {

	public MistralAiChatOptions() {
		super(null, null, "mistral-small", null, null, null, null, null, null, null);
	}

	public ToolChoice getToolChoice() {
		return ToolChoice.ANY;
	}

	public enum ToolChoice {

		@JsonProperty("any")
		ANY

	}

}
