package dev.braintrust.spring.project;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.properties.ProjectKeys;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConstructorArgumentValues;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers the beans of each declared project. They are qualified by
 * {@link BraintrustProject @BraintrustProject} and are no default candidates: an
 * injection point without the qualifier, a collection of all tracers, and the conditions
 * of other auto-configurations do not see them.
 */
final class ProjectBeanRegistrar implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	ProjectBeanRegistrar(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importingClassMetadata, BeanDefinitionRegistry registry) {
		for (String key : ProjectKeys.from(this.environment)) {
			register(registry, key, ProjectTracer.class, "tracer");
			register(registry, key, TracerProvider.class, "tracerProvider");
			register(registry, key, OpenTelemetry.class, "openTelemetry");
		}
	}

	private void register(BeanDefinitionRegistry registry, String key, Class<?> type, String factoryMethod) {
		RootBeanDefinition definition = new RootBeanDefinition(ProjectBeans.class);
		definition.setTargetType(ResolvableType.forClass(type));
		definition.setFactoryMethodName(factoryMethod);
		definition.setAutowireMode(RootBeanDefinition.AUTOWIRE_CONSTRUCTOR);
		ConstructorArgumentValues arguments = definition.getConstructorArgumentValues();
		arguments.addIndexedArgumentValue(1, key);
		definition.addQualifier(new AutowireCandidateQualifier(BraintrustProject.class, key));
		definition.setDefaultCandidate(false);
		definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
		registry.registerBeanDefinition(beanName(key, factoryMethod), definition);
	}

	static String beanName(String key, String bean) {
		return "braintrust.projects." + key + "." + bean;
	}

	/**
	 * The factory methods of the registered beans.
	 */
	static final class ProjectBeans {

		private ProjectBeans() {
		}

		static ProjectTracer tracer(BraintrustProjects projects, String key) {
			return projects.tracer(key);
		}

		static TracerProvider tracerProvider(BraintrustProjects projects, String key) {
			return projects.tracerProvider(key);
		}

		static OpenTelemetry openTelemetry(BraintrustProjects projects, String key) {
			return projects.openTelemetry(key);
		}

	}

}
