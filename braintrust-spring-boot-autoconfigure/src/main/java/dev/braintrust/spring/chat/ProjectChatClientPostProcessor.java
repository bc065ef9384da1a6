package dev.braintrust.spring.chat;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.properties.DeclaredProjects;
import dev.braintrust.spring.properties.ProjectSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Traces each {@link ChatClient} and {@link ChatClient.Builder} bean that
 * {@link BraintrustProject @BraintrustProject} gives to a project. A client that belongs
 * to a project already, because it was built by a builder of one, moves to the project of
 * its own annotation.
 */
final class ProjectChatClientPostProcessor implements BeanPostProcessor {

	private static final String SCOPED_TARGET_PREFIX = ScopedProxyUtils.getTargetBeanName("");

	private final ConfigurableListableBeanFactory beanFactory;

	private final ObjectProvider<BraintrustProjects> projects;

	private final ObjectProvider<DeclaredProjects> declared;

	ProjectChatClientPostProcessor(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<BraintrustProjects> projects, ObjectProvider<DeclaredProjects> declared) {
		this.beanFactory = beanFactory;
		this.projects = projects;
		this.declared = declared;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof ChatClient client) {
			ChatTracing tracing = tracing(beanName);
			return (tracing != null) ? ProjectChatClient.trace(client, tracing) : bean;
		}
		if (bean instanceof ChatClient.Builder builder) {
			ChatTracing tracing = tracing(beanName);
			return (tracing != null) ? ProjectChatClientBuilder.trace(builder, tracing) : bean;
		}
		return bean;
	}

	private @Nullable ChatTracing tracing(String beanName) {
		// An inner bean has a name that the factory does not know.
		BraintrustProject project = this.beanFactory.containsBean(beanName)
				? this.beanFactory.findAnnotationOnBean(beanName, BraintrustProject.class, false) : null;
		if (project == null) {
			return null;
		}
		BraintrustProjects projects = this.projects.getIfAvailable();
		if (projects == null) {
			return null;
		}
		ProjectSettings settings = settings(project.value());
		return new ChatTracing(projects.tracer(project.value()), agent(beanName),
				(settings != null) ? settings.capture().provider() : null,
				settings == null || settings.capture().output());
	}

	private @Nullable ProjectSettings settings(String key) {
		DeclaredProjects declared = this.declared.getIfAvailable();
		return (declared != null) ? declared.get(key) : null;
	}

	private static String agent(String beanName) {
		return ScopedProxyUtils.isScopedTarget(beanName) ? beanName.substring(SCOPED_TARGET_PREFIX.length()) : beanName;
	}

}
