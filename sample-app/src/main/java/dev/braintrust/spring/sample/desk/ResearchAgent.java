package dev.braintrust.spring.sample.desk;

import java.util.stream.Collectors;

import dev.braintrust.spring.BraintrustProject;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.stereotype.Component;

/**
 * Answers questions about products. It belongs to another project than its caller, so its
 * spans go there, in a separate trace.
 */
@Component
class ResearchAgent {

	private final ChatClient chat;

	ResearchAgent(@BraintrustProject("research") ChatClient chat) {
		this.chat = chat;
	}

	String answer(String question) {
		return this.chat.prompt(question).stream().content().collect(Collectors.joining()).block();
	}

}
