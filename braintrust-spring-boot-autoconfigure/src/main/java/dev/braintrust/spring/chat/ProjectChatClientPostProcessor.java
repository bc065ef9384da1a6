package dev.braintrust.spring.chat;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Traces each {@link ChatClient} and {@link ChatClient.Builder} bean that
 * {@link BraintrustProject @BraintrustProject} gives to a project, and each
 * {@link ChatClient} bean without the annotation into the default project. A client that
 * belongs to a project already, because it was built by a builder of one, moves to the
 * project of its own annotation.
 */
final class ProjectChatClientPostProcessor implements BeanPostProcessor {

	private static final String SCOPED_TARGET_PREFIX = ScopedProxyUtils.getTargetBeanName("");

	private final ClientOwners owners;

	private final ObjectProvider<BraintrustProjects> projects;

	private final ChatClientInstrumentation instrumentation;

	ProjectChatClientPostProcessor(ClientOwners owners, ObjectProvider<BraintrustProjects> projects,
			ChatClientInstrumentation instrumentation) {
		this.owners = owners;
		this.projects = projects;
		this.instrumentation = instrumentation;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof ChatClient client) {
			return trace(client, beanName);
		}
		if (bean instanceof ChatClient.Builder builder) {
			ChatTracing tracing = tracing(this.owners.annotated(beanName), beanName);
			return (tracing != null) ? ProjectChatClientBuilder.trace(builder, tracing) : bean;
		}
		return bean;
	}

	private ChatClient trace(ChatClient client, String beanName) {
		String key = this.owners.annotated(beanName);
		if (key == null && ProjectChatClient.traced(client) != null) {
			return client;
		}
		ChatTracing tracing = tracing((key != null) ? key : this.owners.unannotated(beanName, client), beanName);
		if (tracing == null) {
			return client;
		}
		return (key != null) ? ProjectChatClient.trace(client, tracing)
				: ProjectChatClient.traceUnowned(client, tracing);
	}

	private @Nullable ChatTracing tracing(@Nullable String key, String beanName) {
		BraintrustProjects projects = (key != null) ? this.projects.getIfAvailable() : null;
		return (key != null && projects != null)
				? this.instrumentation.tracing(key, projects.tracer(key), agent(beanName)) : null;
	}

	private static String agent(String beanName) {
		return ScopedProxyUtils.isScopedTarget(beanName) ? beanName.substring(SCOPED_TARGET_PREFIX.length()) : beanName;
	}

}
