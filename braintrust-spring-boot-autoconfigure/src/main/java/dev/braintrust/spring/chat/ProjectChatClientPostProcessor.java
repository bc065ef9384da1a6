package dev.braintrust.spring.chat;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
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

	private final ConfigurableListableBeanFactory beanFactory;

	private final ObjectProvider<BraintrustProjects> projects;

	ProjectChatClientPostProcessor(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<BraintrustProjects> projects) {
		this.beanFactory = beanFactory;
		this.projects = projects;
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
		ProjectTracer tracer = this.projects.getObject().tracer(project.value());
		return new ChatTracing(tracer, beanName);
	}

}
