package org.springframework.annotated;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.support.ScriptedModel;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An application below Spring's package, as those of its guides are.
 */
@Configuration(proxyBeanMethods = false)
public class BelowSpring {

	@Bean
	@BraintrustProject("support")
	ChatClient client() {
		return ChatClient.create(new ScriptedModel());
	}

}
