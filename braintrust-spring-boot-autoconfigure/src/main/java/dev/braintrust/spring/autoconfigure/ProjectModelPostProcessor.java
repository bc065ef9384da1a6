package dev.braintrust.spring.autoconfigure;

import java.util.List;
import java.util.function.Function;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ClientInstrumentation;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.ai.StandIn;
import dev.braintrust.spring.ai.TracingPostProcessor;
import dev.braintrust.spring.ai.chat.ChatModelInterceptor;
import dev.braintrust.spring.ai.chat.ChatTracing;
import dev.braintrust.spring.ai.model.ModelInterceptor;
import dev.braintrust.spring.ai.model.ModelKind;
import dev.braintrust.spring.ai.model.ModelTracing;
import dev.braintrust.spring.autoconfigure.diagnostics.BeanOwners;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.ProjectSettings;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.model.Model;
import org.springframework.ai.model.StreamingModel;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Traces Spring AI models for chat, embeddings, images and sound: each bean with
 * {@link BraintrustProject @BraintrustProject}, and each model that the application
 * instruments itself. A model that cannot be traced stays unchanged, and one warning says
 * why and what to do.
 */
public final class ProjectModelPostProcessor extends TracingPostProcessor {

	private final ConfigurableListableBeanFactory beanFactory;

	private final ObjectProvider<BraintrustProjects> projects;

	private final ObjectProvider<DeclaredProjects> declared;

	ProjectModelPostProcessor(ConfigurableListableBeanFactory beanFactory, ObjectProvider<BraintrustProjects> projects,
			ObjectProvider<DeclaredProjects> declared) {
		super(ProjectModelPostProcessor.class.getName());
		this.beanFactory = beanFactory;
		this.projects = projects;
		this.declared = declared;
	}

	// The instrumentation behind BraintrustProjects.instrument(…) for models.
	public static ClientInstrumentation instrumentation(Function<String, @Nullable ProjectSettings> settings) {
		return (client, key, tracer, name) -> instrument(client, key, tracer, name, settings.apply(key));
	}

	private static @Nullable Object instrument(Object client, String key, ProjectTracer tracer, @Nullable String name,
			@Nullable ProjectSettings settings) {
		Object model = untraced(client);
		Class<?> type = isModel(model) ? type(model) : null;
		if (type == null) {
			return null;
		}
		if (isTracedBy(client, tracer)) {
			return client;
		}
		Object traced = tracer.isEnabled() ? trace(model, type, tracer, (name != null) ? name : key, settings) : model;
		return (traced != null) ? traced : client;
	}

	@Override
	protected boolean isKnown(Object bean) {
		return isModel(bean);
	}

	private static boolean isModel(Object object) {
		return object instanceof Model<?, ?> || object instanceof StreamingModel<?, ?>;
	}

	// The interface through which a model is traced, null if its kind is not supported.
	private static @Nullable Class<?> type(Object model) {
		if (model instanceof ChatModel) {
			return ChatModel.class;
		}
		List<ModelKind> kinds = ModelKind.of(model);
		return kinds.isEmpty() ? null : kinds.get(0).type();
	}

	private static boolean isTracedBy(Object client, ProjectTracer tracer) {
		ChatModelInterceptor chat = StandIn.interceptor(client, ChatModelInterceptor.class);
		ModelInterceptor other = StandIn.interceptor(client, ModelInterceptor.class);
		return (chat != null && chat.tracer() == tracer) || (other != null && other.tracer() == tracer);
	}

	// The model behind a traced one. Any other object is returned unchanged.
	private static Object untraced(Object model) {
		ChatModelInterceptor chat = StandIn.interceptor(model, ChatModelInterceptor.class);
		if (chat != null) {
			return chat.model();
		}
		ModelInterceptor other = StandIn.interceptor(model, ModelInterceptor.class);
		return (other != null) ? other.model() : model;
	}

	// Create the stand-in for a model, or return null if that is not possible.
	private static @Nullable Object trace(Object model, @Nullable Class<?> declaredType, ProjectTracer tracer,
			String name, @Nullable ProjectSettings settings) {
		MethodInterceptor interceptor = (model instanceof ChatModel chatModel)
				? new ChatModelInterceptor(chatModel, ChatTracing.ofModel(name, tracer, settings))
				: new ModelInterceptor(model, ModelKind.of(model), new ModelTracing(name, tracer, settings));
		return StandIn.of(model, declaredType, interceptor);
	}

	@Override
	protected Object trace(Object bean, String beanName) {
		String key = BeanOwners.of(this.beanFactory, beanName);
		BraintrustProjects projects = (key != null) ? this.projects.getIfAvailable() : null;
		return (key != null && projects != null) ? trace(bean, beanName, key, projects.tracer(key)) : bean;
	}

	private Object trace(Object bean, String beanName, String key, ProjectTracer tracer) {
		// This annotation overrides another project's tracing, even if this project
		// is off.
		Object model = untraced(bean);
		if (!tracer.isEnabled()) {
			return model;
		}
		Class<?> type = type(model);
		if (type == null) {
			warn(beanName, "Braintrust's specification does not cover a " + bean.getClass().getName()
					+ ". Create a span around its calls with the ProjectTracer of the project");
			return bean;
		}
		Object traced = trace(model, StandIn.declaredType(this.beanFactory, beanName), tracer, beanName,
				DeclaredProjects.get(this.declared.getIfAvailable(), key));
		if (traced == null) {
			warn(beanName, obstacle(model, "Declare it by its interface: 'public " + type.getSimpleName() + " "
					+ beanName + "()', and inject the interface"));
			return bean;
		}
		return traced;
	}

}
