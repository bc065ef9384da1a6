package dev.braintrust.spring.autoconfigure;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ai.chat.ChatClientInstrumentation;
import dev.braintrust.spring.settings.DeclaredProjects;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that traces the {@link ChatClient}
 * beans of projects. It runs right before Spring AI's chat client auto-configuration, so
 * that a project builder from another auto-configuration does not make Spring AI's
 * builder back off.
 */
@AutoConfiguration(afterName = "dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration",
		beforeName = "org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration")
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@Import(ProjectCandidates.class)
@ConditionalOnClass(value = ChatClient.class, name = "org.springframework.ai.chat.client.advisor.ToolCallingAdvisor")
public final class BraintrustChatAutoConfiguration {

	private BraintrustChatAutoConfiguration() {
	}

	@Bean
	static ChatClientInstrumentation braintrustChatClientInstrumentation(ObjectProvider<DeclaredProjects> declared) {
		return new ChatClientInstrumentation((key) -> DeclaredProjects.get(declared.getIfAvailable(), key));
	}

	@Bean
	static ProjectChatClientPostProcessor braintrustChatClientPostProcessor(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<BraintrustProjects> projects, ObjectProvider<DeclaredProjects> declared,
			ObjectProvider<ChatClientInstrumentation> instrumentation) {
		return new ProjectChatClientPostProcessor(beanFactory, projects, declared, instrumentation);
	}

}
