package org.springframework.ai.bedrock.converse;

import org.springframework.ai.model.tool.DefaultToolCallingChatOptions;

/**
 * A stand-in with the name of Spring AI's class.
 */
public class BedrockChatOptions extends DefaultToolCallingChatOptions {

	public BedrockChatOptions() {
		super(null, null, "nova-lite", null, 200, null, null, 0.5, null, null);
	}

}
