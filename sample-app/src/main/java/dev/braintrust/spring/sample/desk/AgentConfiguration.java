package dev.braintrust.spring.sample.desk;

import dev.braintrust.spring.BraintrustProject;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;

/**
 * The chat clients of the two agents. The annotation is enough to trace them.
 */
@Configuration(proxyBeanMethods = false)
class AgentConfiguration {

	@Bean
	@BraintrustProject("support")
	ChatClient supportChat(ChatClient.Builder builder, SupportTools tools,
			@Value("classpath:prompts/support.md") Resource prompt) {
		return builder.defaultSystem(prompt).defaultTools(tools).build();
	}

	@Bean
	@BraintrustProject("research")
	ChatClient researchChat(ChatClient.Builder builder, @Value("classpath:prompts/research.md") Resource prompt) {
		return builder.defaultSystem(prompt).build();
	}

}
