package dev.braintrust.spring.project;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.attachment.AttachmentUploads;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.properties.BraintrustProperties;
import dev.braintrust.spring.properties.DeclaredProjects;
import dev.braintrust.spring.properties.ProjectBindHandler;
import dev.braintrust.spring.properties.ProjectSettingsResolver;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} of the declared Braintrust projects:
 * the registry, and the qualified beans of each project.
 */
@AutoConfiguration
@EnableConfigurationProperties(BraintrustProperties.class)
@Import(ProjectBeanRegistrar.class)
@ImportRuntimeHints(StarterVersion.Hints.class)
public final class BraintrustAutoConfiguration {

	BraintrustAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	BraintrustProjects braintrustProjects(DeclaredProjects declared, BraintrustProperties properties,
			ListableBeanFactory beanFactory) {
		return new DefaultBraintrustProjects(declared.all(), properties.isStrict(),
				new ContentFilters(beanFactory, "braintrustProjects"), new SpanPipeline(), new AttachmentUploads());
	}

	@Bean
	DeclaredProjects braintrustDeclaredProjects(BraintrustProperties properties, Environment environment) {
		return new DeclaredProjects(new ProjectSettingsResolver(properties, environment).resolve());
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ConfigurationPropertiesBindHandlerAdvisor braintrustBindHandlerAdvisor() {
		return ProjectBindHandler::new;
	}

	@Bean
	static ProjectBeanCheck braintrustProjectBeanCheck(Environment environment) {
		return new ProjectBeanCheck(environment);
	}

}
