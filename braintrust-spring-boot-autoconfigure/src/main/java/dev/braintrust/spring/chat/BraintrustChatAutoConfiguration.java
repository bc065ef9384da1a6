package dev.braintrust.spring.chat;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.properties.DeclaredProjects;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that traces the {@link ChatClient}
 * beans of projects.
 */
@AutoConfiguration(afterName = "dev.braintrust.spring.project.BraintrustAutoConfiguration")
@ConditionalOnClass(ChatClient.class)
@ImportRuntimeHints(ChatRuntimeHints.class)
public final class BraintrustChatAutoConfiguration {

	private BraintrustChatAutoConfiguration() {
	}

	@Bean
	static ChatClientInstrumentation braintrustChatClientInstrumentation(ObjectProvider<DeclaredProjects> declared) {
		return new ChatClientInstrumentation((key) -> {
			DeclaredProjects projects = declared.getIfAvailable();
			return (projects != null) ? projects.get(key) : null;
		});
	}

	@Bean
	static ProjectChatClientPostProcessor braintrustChatClientPostProcessor(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<BraintrustProjects> projects, ObjectProvider<DeclaredProjects> declared) {
		return new ProjectChatClientPostProcessor(beanFactory, projects, declared);
	}

}
