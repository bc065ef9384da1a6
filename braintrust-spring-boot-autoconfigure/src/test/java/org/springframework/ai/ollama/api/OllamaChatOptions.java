package org.springframework.ai.ollama.api;

import org.springframework.ai.model.tool.DefaultToolCallingChatOptions;

/**
 * A stand-in with the name of Spring AI's class.
 */
public class OllamaChatOptions extends DefaultToolCallingChatOptions {

	public OllamaChatOptions() {
		super(null, null, "llama3", null, 200, null, null, 0.5, null, null);
	}

}
