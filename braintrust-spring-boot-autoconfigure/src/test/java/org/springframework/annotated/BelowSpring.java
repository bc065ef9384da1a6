package org.springframework.annotated;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.support.ScriptedModel;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An application in a package below Spring's, like those in Spring's guides.
 */
@Configuration(proxyBeanMethods = false)
public class BelowSpring {

	@Bean
	@BraintrustProject("support")
	ChatClient client() {
		return ChatClient.create(new ScriptedModel());
	}

}
