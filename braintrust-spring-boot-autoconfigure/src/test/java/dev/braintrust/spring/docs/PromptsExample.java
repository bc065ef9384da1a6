package dev.braintrust.spring.docs;

import java.util.Map;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.prompt.LoadedPrompt;
import dev.braintrust.spring.prompt.ProjectPrompts;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * The code of {@code docs/prompts.md}.
 */
class PromptsExample {

	// @formatter:off
	@Autowired
	@BraintrustProject("support")
	ProjectPrompts prompts;

	private final ChatClient chat;

	PromptsExample(ChatClient chat) {
		this.chat = chat;
	}

	String summary(String article) {
		LoadedPrompt prompt = this.prompts.load("summarizer")
			.environment("production")
			.fallback("classpath:prompts/summarizer.json")
			.get();
		String text = prompt.applyTo(this.chat.prompt(), Map.of("article", article)).call().content();
		return text;
	}
	// @formatter:on

}
