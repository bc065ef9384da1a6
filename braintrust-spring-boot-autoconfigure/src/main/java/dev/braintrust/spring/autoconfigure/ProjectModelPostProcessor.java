package dev.braintrust.spring.autoconfigure;

import java.util.List;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.ai.StandIn;
import dev.braintrust.spring.ai.TracingPostProcessor;
import dev.braintrust.spring.ai.model.ModelInterceptor;
import dev.braintrust.spring.ai.model.ModelKind;
import dev.braintrust.spring.ai.model.ModelTracing;
import dev.braintrust.spring.autoconfigure.diagnostics.BeanOwners;
import dev.braintrust.spring.settings.DeclaredProjects;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.model.Model;
import org.springframework.ai.model.StreamingModel;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Traces each model that {@link BraintrustProject @BraintrustProject} gives to a project
 * and that is no chat model. A model that cannot be traced stays as it is, and one
 * warning says why and what to do.
 */
final class ProjectModelPostProcessor extends TracingPostProcessor {

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

	@Override
	protected boolean isKnown(Object bean) {
		return bean instanceof Model<?, ?> || bean instanceof StreamingModel<?, ?>;
	}

	@Override
	protected Object trace(Object bean, String beanName) {
		String key = BeanOwners.of(this.beanFactory, beanName);
		return (key != null) ? trace(bean, beanName, key) : bean;
	}

	private Object trace(Object bean, String beanName, String key) {
		BraintrustProjects projects = this.projects.getIfAvailable();
		ProjectTracer tracer = (projects != null) ? projects.tracer(key) : null;
		if (tracer == null) {
			return bean;
		}
		// A model that another project traces leaves that one, also for one that is off.
		ModelInterceptor interceptor = StandIn.interceptor(bean, ModelInterceptor.class);
		Object model = (interceptor != null) ? interceptor.model() : bean;
		if (!tracer.isEnabled()) {
			return model;
		}
		List<ModelKind> kinds = ModelKind.of(model);
		if (kinds.isEmpty()) {
			warn(beanName, unknown(bean));
			return bean;
		}
		DeclaredProjects declared = this.declared.getIfAvailable();
		ModelTracing tracing = new ModelTracing(beanName, tracer, (declared != null) ? declared.get(key) : null);
		Object traced = StandIn.of(model, StandIn.declaredType(this.beanFactory, beanName),
				new ModelInterceptor(model, kinds, tracing));
		if (traced == null) {
			String type = kinds.get(0).type().getSimpleName();
			warn(beanName, obstacle(model,
					"Declare it by its interface: 'public " + type + " " + beanName + "()', and inject the interface"));
			return bean;
		}
		return traced;
	}

	private static String unknown(Object bean) {
		if (bean instanceof ChatModel) {
			return "a ChatModel is traced through the ChatClient that uses it. Annotate the ChatClient bean instead, "
					+ "such as one made by 'ChatClient.create(chatModel)'";
		}
		return "Braintrust's specification says nothing about a " + bean.getClass().getName()
				+ ". Make a span around its calls with the ProjectTracer of the project";
	}

}
