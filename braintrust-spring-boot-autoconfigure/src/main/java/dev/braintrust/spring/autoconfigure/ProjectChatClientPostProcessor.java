package dev.braintrust.spring.autoconfigure;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ai.StandIn;
import dev.braintrust.spring.ai.TracingPostProcessor;
import dev.braintrust.spring.ai.chat.ChatClientInstrumentation;
import dev.braintrust.spring.ai.chat.ChatTracing;
import dev.braintrust.spring.ai.chat.TracedClients;
import dev.braintrust.spring.autoconfigure.diagnostics.BeanOwners;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.ProjectSettings;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.InstanceSupplier;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Traces each {@link ChatClient} and {@link ChatClient.Builder} bean with
 * {@link BraintrustProject @BraintrustProject} into its project, and each
 * {@link ChatClient} bean without the annotation into the default project. If a client
 * was built by another project's builder, its own annotation wins.
 */
public final class ProjectChatClientPostProcessor extends TracingPostProcessor {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private static final String SCOPED_TARGET_PREFIX = ScopedProxyUtils.getTargetBeanName("");

	private final Set<String> homeless = ConcurrentHashMap.newKeySet();

	private final ConfigurableListableBeanFactory beanFactory;

	private final ObjectProvider<BraintrustProjects> projects;

	private final ObjectProvider<DeclaredProjects> declared;

	private final ObjectProvider<ChatClientInstrumentation> instrumentation;

	ProjectChatClientPostProcessor(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<BraintrustProjects> projects, ObjectProvider<DeclaredProjects> declared,
			ObjectProvider<ChatClientInstrumentation> instrumentation) {
		super(ChatClientInstrumentation.LOG);
		this.beanFactory = beanFactory;
		this.projects = projects;
		this.declared = declared;
		this.instrumentation = instrumentation;
	}

	@Override
	protected boolean isKnown(Object bean) {
		// The target of a scoped proxy is a separate bean, which is traced instead.
		return (bean instanceof ChatClient || bean instanceof ChatClient.Builder) && !(bean instanceof ScopedObject);
	}

	@Override
	protected Object trace(Object bean, String beanName) {
		try {
			return trace(bean, beanName, BeanOwners.of(this.beanFactory, beanName));
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
		ChatTracing tracing = tracing((key != null) ? key : unannotated(beanName), beanName);
		if (tracing == null) {
			return bean;
		}
		Class<?> declaredType = clients.isOfSpringAi(bean) ? null : StandIn.declaredType(this.beanFactory, beanName);
		Object traced = (bean instanceof ChatClient client) ? clients.client(client, declaredType, tracing, key != null)
				: clients.builder((ChatClient.Builder) bean, declaredType, tracing, true);
		if (traced == null) {
			String type = (bean instanceof ChatClient) ? "ChatClient" : "ChatClient.Builder";
			warn(beanName, obstacle(bean, "Declare the bean as " + type + ", and inject that interface"));
			return bean;
		}
		return traced;
	}

	private @Nullable ChatTracing tracing(@Nullable String key, String beanName) {
		BraintrustProjects projects = (key != null) ? this.projects.getIfAvailable() : null;
		return (key != null && projects != null)
				? this.instrumentation.getObject().tracing(key, projects.tracer(key), agent(beanName)) : null;
	}

	private static String agent(String beanName) {
		return ScopedProxyUtils.isScopedTarget(beanName) ? beanName.substring(SCOPED_TARGET_PREFIX.length()) : beanName;
	}

	// The default project, for a client without an annotation.
	private @Nullable String unannotated(String beanName) {
		DeclaredProjects projects = this.declared.getIfAvailable();
		if (projects == null || !this.beanFactory.containsBean(beanName)) {
			return null;
		}
		if (projects.defaultKey() == null) {
			List<String> keys = projects.all()
				.stream()
				.filter(ProjectSettings::enabled)
				.map(ProjectSettings::key)
				.toList();
			if (!keys.isEmpty() && this.homeless.add(beanName)) {
				logger.warn("The ChatClient bean '" + beanName
						+ "' belongs to no Braintrust project and is not traced. " + remedy(beanName, keys.get(0))
						+ " The declared projects are: " + String.join(", ", new TreeSet<>(keys)) + ".");
			}
		}
		return projects.defaultKey();
	}

	private String remedy(String beanName, String key) {
		if (isSupplied(beanName)) {
			return "It is registered with a supplier, which has no annotation: let the supplier return "
					+ "'projects.instrument(\"" + key
					+ "\", client)', where 'projects' is the BraintrustProjects bean.";
		}
		return "Annotate it with the key of its project, such as @BraintrustProject(\"" + key
				+ "\"), or name the project of all such beans by 'braintrust.default-project'.";
	}

	private boolean isSupplied(String beanName) {
		return this.beanFactory.containsBeanDefinition(beanName)
				&& this.beanFactory.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition definition
				&& definition.getInstanceSupplier() != null && definition.getResolvedFactoryMethod() == null
				&& !(definition.getInstanceSupplier() instanceof InstanceSupplier<?> generated
						&& generated.getFactoryMethod() != null);
	}

}
