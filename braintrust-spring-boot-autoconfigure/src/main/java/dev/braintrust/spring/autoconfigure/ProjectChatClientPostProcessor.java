package dev.braintrust.spring.autoconfigure;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ai.StandIn;
import dev.braintrust.spring.ai.TracingPostProcessor;
import dev.braintrust.spring.ai.chat.ChatClientInstrumentation;
import dev.braintrust.spring.ai.chat.ChatTracing;
import dev.braintrust.spring.ai.chat.TracedClients;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.ClassUtils;

/**
 * Traces each {@link ChatClient} and {@link ChatClient.Builder} bean that
 * {@link BraintrustProject @BraintrustProject} gives to a project, and each
 * {@link ChatClient} bean without the annotation into the default project. A client that
 * belongs to a project already, because it was built by a builder of one, moves to the
 * project of its own annotation.
 */
public final class ProjectChatClientPostProcessor extends TracingPostProcessor {

	private static final Log logger = LogFactory.getLog(ChatClientInstrumentation.LOG);

	private static final String SCOPED_TARGET_PREFIX = ScopedProxyUtils.getTargetBeanName("");

	private final ClientOwners owners;

	private final ObjectProvider<BraintrustProjects> projects;

	private final ObjectProvider<ChatClientInstrumentation> instrumentation;

	ProjectChatClientPostProcessor(ClientOwners owners, ObjectProvider<BraintrustProjects> projects,
			ObjectProvider<ChatClientInstrumentation> instrumentation) {
		this.owners = owners;
		this.projects = projects;
		this.instrumentation = instrumentation;
	}

	@Override
	protected boolean isKnown(Object bean) {
		// The target of a scoped proxy is a bean of its own.
		return (bean instanceof ChatClient || bean instanceof ChatClient.Builder) && !(bean instanceof ScopedObject);
	}

	@Override
	protected Object trace(Object bean, String beanName) {
		try {
			return trace(bean, beanName, this.owners.annotated(beanName));
		}
		catch (LinkageError ex) {
			warn(beanName, "Spring AI " + ChatClient.class.getPackage().getImplementationVersion()
					+ " on the class path does not fit this starter (" + ex + ")");
			return bean;
		}
	}

	private Object trace(Object bean, String beanName, @Nullable String key) {
		TracedClients clients = this.instrumentation.getObject().clients();
		if (key == null && (!(bean instanceof ChatClient) || clients.tracing(bean) != null)) {
			return bean;
		}
		ChatTracing tracing = tracing((key != null) ? key : this.owners.unannotated(beanName), beanName);
		if (tracing == null) {
			return bean;
		}
		Class<?> declaredType = clients.isOfSpringAi(bean) ? null : this.owners.declaredType(beanName);
		Object traced = (bean instanceof ChatClient client) ? clients.client(client, declaredType, tracing, key != null)
				: clients.builder((ChatClient.Builder) bean, declaredType, tracing, true);
		if (traced == null) {
			warn(beanName, obstacle(bean));
			return bean;
		}
		return traced;
	}

	private static String obstacle(Object bean) {
		String listener = StandIn.listener(bean);
		if (listener != null) {
			return StandIn.explain(listener, bean);
		}
		return "its class " + ClassUtils.getUserClass(bean).getName() + " is final, or has final methods, and "
				+ "the bean is declared by its class. Declare the bean as "
				+ ((bean instanceof ChatClient) ? "ChatClient" : "ChatClient.Builder") + ", and inject that interface";
	}

	private static void warn(String beanName, String reason) {
		logger.warn("The bean '" + beanName + "' is not traced into Braintrust: " + reason + ".");
	}

	private @Nullable ChatTracing tracing(@Nullable String key, String beanName) {
		BraintrustProjects projects = (key != null) ? this.projects.getIfAvailable() : null;
		return (key != null && projects != null)
				? this.instrumentation.getObject().tracing(key, projects.tracer(key), agent(beanName)) : null;
	}

	private static String agent(String beanName) {
		return ScopedProxyUtils.isScopedTarget(beanName) ? beanName.substring(SCOPED_TARGET_PREFIX.length()) : beanName;
	}

}
