package dev.braintrust.spring.autoconfigure;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.properties.ProjectKeys;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConstructorArgumentValues;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
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
 * of other auto-configurations do not see them. They are looked up in the registry when
 * somebody asks for them.
 */
public final class ProjectBeanRegistrar implements ImportBeanDefinitionRegistrar {

	private static final List<String> FACTORY_METHODS = List.of("tracer", "tracerProvider", "openTelemetry");

	private final Environment environment;

	ProjectBeanRegistrar(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importingClassMetadata, BeanDefinitionRegistry registry) {
		ProjectKeys keys = ProjectKeys.read(this.environment);
		for (String key : keys.keys()) {
			register(registry, key);
		}
		if (registry instanceof SingletonBeanRegistry singletons
				&& !singletons.containsSingleton(ProjectKeys.BEAN_NAME)) {
			singletons.registerSingleton(ProjectKeys.BEAN_NAME, keys);
		}
	}

	static void register(BeanDefinitionRegistry registry, String key) {
		register(registry, key, ProjectTracer.class, FACTORY_METHODS.get(0));
		register(registry, key, TracerProvider.class, FACTORY_METHODS.get(1));
		register(registry, key, OpenTelemetry.class, FACTORY_METHODS.get(2));
	}

	private static void register(BeanDefinitionRegistry registry, String key, Class<?> type, String factoryMethod) {
		RootBeanDefinition definition = new RootBeanDefinition(ProjectBeans.class);
		definition.setTargetType(ResolvableType.forClass(type));
		definition.setFactoryMethodName(factoryMethod);
		definition.setAutowireMode(RootBeanDefinition.AUTOWIRE_CONSTRUCTOR);
		ConstructorArgumentValues arguments = definition.getConstructorArgumentValues();
		arguments.addIndexedArgumentValue(1, key);
		definition.addQualifier(new AutowireCandidateQualifier(BraintrustProject.class, key));
		definition.setDefaultCandidate(false);
		definition.setLazyInit(true);
		definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
		registry.registerBeanDefinition(ProjectKeys.beanName(key, factoryMethod), definition);
	}

	static void remove(BeanDefinitionRegistry registry, String key) {
		FACTORY_METHODS
			.forEach((factoryMethod) -> registry.removeBeanDefinition(ProjectKeys.beanName(key, factoryMethod)));
	}

	static Set<String> registered(BeanDefinitionRegistry registry) {
		String prefix = ProjectKeys.PREFIX + ".";
		String suffix = "." + FACTORY_METHODS.get(0);
		return Stream.of(registry.getBeanDefinitionNames())
			.filter((name) -> name.startsWith(prefix) && name.endsWith(suffix))
			.map((name) -> name.substring(prefix.length(), name.length() - suffix.length()))
			.collect(Collectors.toCollection(LinkedHashSet::new));
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
