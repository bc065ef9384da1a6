package com.example;

import java.util.List;

import dev.braintrust.spring.BraintrustProject;

import org.springframework.ai.anthropic.AnthropicChatModel;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * Two providers in one application, each with a project.
 */
@SpringBootApplication
public class Application {

	public static void main(String[] args) {
		try (Services services = new Services()) {
			try (ConfigurableApplicationContext context = services.start(Application.class,
					"spring.ai.chat.client.enabled=false", "braintrust.projects.research.name=Research")) {
				for (String name : List.of("supportChat", "researchChat")) {
					ChatClient chat = context.getBean(name, ChatClient.class);
					Services.check(chat.prompt("Where is my order?").call().content(), Services.ANSWER);
				}
			}
			Services.check(services.traces(), List.of("project_name:Research: researchChat",
					"project_name:Research: researchChat > anthropic.messages.create", "project_name:Support: supportChat",
					"project_name:Support: supportChat > Chat Completion"));
		}
	}

	@Bean
	@BraintrustProject("support")
	static ChatClient supportChat(OpenAiChatModel model) {
		return ChatClient.create(model);
	}

	@Bean
	@BraintrustProject("research")
	static ChatClient researchChat(AnthropicChatModel model) {
		return ChatClient.create(model);
	}

}
