package org.springframework.ai.google.genai;

import java.util.List;

import org.springframework.ai.model.tool.DefaultToolCallingChatOptions;

/**
 * A copy of Spring AI's class of this name, with the members that are read.
 */
public class GoogleGenAiChatOptions extends DefaultToolCallingChatOptions {

	private final ToolChoice toolChoice;

	public GoogleGenAiChatOptions(ToolChoice toolChoice) {
		super(null, null, "gemini-2.5-flash", null, 200, null, null, 0.5, null, null);
		this.toolChoice = toolChoice;
	}

	public ToolChoice getToolChoice() {
		return this.toolChoice;
	}

	public String getResponseMimeType() {
		return "application/json";
	}

	public Boolean getGoogleSearchRetrieval() {
		return true;
	}

	public record ToolChoice(Mode mode, List<String> allowedFunctionNames) {

		public enum Mode {

			AUTO, ANY, VALIDATED, NONE

		}

	}

}
