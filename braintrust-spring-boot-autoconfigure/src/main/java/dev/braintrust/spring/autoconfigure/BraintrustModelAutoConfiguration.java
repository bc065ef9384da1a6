package dev.braintrust.spring.autoconfigure;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ClientInstrumentation;
import dev.braintrust.spring.settings.DeclaredProjects;

import org.springframework.ai.model.Model;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that traces the models among the
 * project beans: for chat, embeddings, images, speech and transcripts.
 */
@AutoConfiguration(afterName = "dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration")
@ConditionalOnClass(Model.class)
public final class BraintrustModelAutoConfiguration {

	private BraintrustModelAutoConfiguration() {
	}

	@Bean
	@Lazy
	static ClientInstrumentation braintrustModelInstrumentation(ObjectProvider<DeclaredProjects> declared) {
		return ProjectModelPostProcessor.instrumentation((key) -> DeclaredProjects.get(declared.getIfAvailable(), key));
	}

	@Bean
	static ProjectModelPostProcessor braintrustModelPostProcessor(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<BraintrustProjects> projects, ObjectProvider<DeclaredProjects> declared) {
		return new ProjectModelPostProcessor(beanFactory, projects, declared);
	}

}
