package dev.braintrust.spring.autoconfigure;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.ai.StandIn;
import dev.braintrust.spring.ai.TracingPostProcessor;
import dev.braintrust.spring.autoconfigure.diagnostics.BeanOwners;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Traces each model that {@link BraintrustProject @BraintrustProject} gives to a project.
 * A model that cannot be traced stays as it is, and one warning says why and what to do.
 */
final class ProjectModelPostProcessor extends TracingPostProcessor {

	private final ConfigurableListableBeanFactory beanFactory;

	private final ObjectProvider<BraintrustProjects> projects;

	private final ObjectProvider<ModelInstrumentation> instrumentation;

	ProjectModelPostProcessor(ConfigurableListableBeanFactory beanFactory, ObjectProvider<BraintrustProjects> projects,
			ObjectProvider<ModelInstrumentation> instrumentation) {
		super(ProjectModelPostProcessor.class.getName());
		this.beanFactory = beanFactory;
		this.projects = projects;
		this.instrumentation = instrumentation;
	}

	@Override
	protected boolean isKnown(Object bean) {
		return ModelInstrumentation.isModel(bean);
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
		Object model = ModelInstrumentation.untraced(bean);
		if (!tracer.isEnabled()) {
			return model;
		}
		Class<?> type = ModelInstrumentation.type(model);
		if (type == null) {
			warn(beanName, "Braintrust's specification says nothing about a " + bean.getClass().getName()
					+ ". Make a span around its calls with the ProjectTracer of the project");
			return bean;
		}
		Object traced = this.instrumentation.getObject()
			.trace(model, StandIn.declaredType(this.beanFactory, beanName), key, tracer, beanName);
		if (traced == null) {
			warn(beanName, obstacle(model, "Declare it by its interface: 'public " + type.getSimpleName() + " "
					+ beanName + "()', and inject the interface"));
			return bean;
		}
		return traced;
	}

}
