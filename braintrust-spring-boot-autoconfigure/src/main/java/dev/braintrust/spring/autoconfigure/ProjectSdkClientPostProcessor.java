package dev.braintrust.spring.autoconfigure;

import java.util.function.Function;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ClientInstrumentation;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.ai.StandIn;
import dev.braintrust.spring.ai.TracingPostProcessor;
import dev.braintrust.spring.ai.http.TracedSdkClients;
import dev.braintrust.spring.autoconfigure.diagnostics.BeanOwners;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.ProjectSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Traces clients of OpenAI's and Anthropic's SDKs: each bean with
 * {@link BraintrustProject @BraintrustProject}, and each client that the application
 * instruments itself. It recognizes a client by the names of its interfaces, and loads no
 * class of an SDK before the first client.
 */
public final class ProjectSdkClientPostProcessor extends TracingPostProcessor implements ClientInstrumentation {

	private final ConfigurableListableBeanFactory beanFactory;

	private final ObjectProvider<BraintrustProjects> projects;

	private final ObjectProvider<DeclaredProjects> declared;

	// A TracedSdkClients, created for the first client. Declared as Object, because
	// Spring loads the types of a bean's fields.
	private @Nullable Object clients;

	ProjectSdkClientPostProcessor(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<BraintrustProjects> projects, ObjectProvider<DeclaredProjects> declared) {
		super("dev.braintrust.spring.ai.http.TracedSdkClients");
		this.beanFactory = beanFactory;
		this.projects = projects;
		this.declared = declared;
	}

	private static @Nullable String sdk(Object client) {
		for (Class<?> type = client.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
			for (Class<?> implemented : type.getInterfaces()) {
				switch (implemented.getName()) {
					case "com.openai.client.OpenAIClient", "com.openai.client.OpenAIClientAsync" -> {
						return "openai";
					}
					case "com.anthropic.client.AnthropicClient", "com.anthropic.client.AnthropicClientAsync" -> {
						return "anthropic";
					}
					default -> {
					}
				}
			}
		}
		return null;
	}

	// The instrumentation for use without an application context.
	public static ClientInstrumentation instrumentation(Function<String, @Nullable ProjectSettings> settings) {
		Object clients = new TracedSdkClients();
		return (client, key, tracer, name) -> trace(clients, client, key, tracer, settings.apply(key));
	}

	// Declared with Object, because Spring loads the types in a bean's methods.
	private static @Nullable Object trace(Object clients, Object client, String key, ProjectTracer tracer,
			@Nullable ProjectSettings settings) {
		String sdk = sdk(client);
		if (sdk == null) {
			return null;
		}
		TracedSdkClients traced = (TracedSdkClients) clients;
		return sdk.equals("openai") ? traced.openAi(client, key, tracer, settings)
				: traced.anthropic(client, key, tracer, settings);
	}

	@Override
	public @Nullable Object instrument(Object client, String key, ProjectTracer tracer, @Nullable String name) {
		if (!isKnown(client)) {
			return null;
		}
		Object clients;
		synchronized (this) {
			clients = (this.clients != null) ? this.clients : new TracedSdkClients();
			this.clients = clients;
		}
		return trace(clients, client, key, tracer, DeclaredProjects.get(this.declared.getIfAvailable(), key));
	}

	@Override
	protected boolean isKnown(Object bean) {
		return sdk(bean) != null;
	}

	@Override
	protected Object trace(Object bean, String beanName) {
		String key = BeanOwners.of(this.beanFactory, beanName);
		BraintrustProjects projects = (key != null) ? this.projects.getIfAvailable() : null;
		if (key == null || projects == null) {
			return bean;
		}
		Object traced = instrument(bean, key, projects.tracer(key), null);
		Class<?> declaredType = StandIn.declaredType(this.beanFactory, beanName);
		if (traced == null || (declaredType != null && !declaredType.isInstance(traced))) {
			warn(beanName, "it is declared by the class " + bean.getClass().getName()
					+ ". Declare it by the interface of the SDK, and inject the interface");
			return bean;
		}
		return traced;
	}

}
