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
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.prompt.BraintrustPrompts;
import dev.braintrust.spring.prompt.ProjectPrompts;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConstructorArgumentValues;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;

/**
 * Registers the beans of each declared project. They are qualified by
 * {@link BraintrustProject @BraintrustProject} and are no default candidates: an
 * injection point without the qualifier, a collection of all tracers, and the conditions
 * of other auto-configurations do not see them. They are looked up in the registry when
 * somebody asks for them.
 */
final class ProjectBeanRegistrar implements ImportBeanDefinitionRegistrar {

	private static final List<String> FACTORY_METHODS = List.of("tracer", "tracerProvider", "openTelemetry");

	private static final String EVALS = "evals";

	private static final String ALL_EVALS = "braintrustEvals";

	private static final String EVAL_BEANS = "dev.braintrust.spring.autoconfigure.EvalBeans";

	private static final String PROMPTS = "prompts";

	private static final String ALL_PROMPTS = "braintrustPrompts";

	private static final String PROMPT_BEANS = "dev.braintrust.spring.autoconfigure.PromptBeans";

	private static final String BUILDER = "chatClientBuilder";

	// By name, since the class path may have no Spring AI, or a version that is too old.
	private static final String SPRING_AI = "org.springframework.ai.chat.client.advisor.ToolCallingAdvisor";

	private static final String BUILDER_TYPE = "org.springframework.ai.chat.client.ChatClient$Builder";

	private static final String BUILDER_BEANS = "dev.braintrust.spring.autoconfigure.ProjectChatBeans";

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
		if (!registry.containsBeanDefinition(ALL_EVALS)) {
			RootBeanDefinition definition = new RootBeanDefinition(EVAL_BEANS);
			register(registry, BraintrustEvals.class, "all", definition, ALL_EVALS);
		}
		if (!registry.containsBeanDefinition(ALL_PROMPTS)) {
			RootBeanDefinition definition = new RootBeanDefinition(PROMPT_BEANS);
			register(registry, BraintrustPrompts.class, "all", definition, ALL_PROMPTS);
		}
		if (registry instanceof SingletonBeanRegistry singletons
				&& !singletons.containsSingleton(ProjectKeys.BEAN_NAME)) {
			singletons.registerSingleton(ProjectKeys.BEAN_NAME, keys);
		}
	}

	static void register(BeanDefinitionRegistry registry, String key) {
		register(registry, key, ProjectTracer.class, FACTORY_METHODS.get(0),
				new RootBeanDefinition(ProjectBeans.class));
		register(registry, key, TracerProvider.class, FACTORY_METHODS.get(1),
				new RootBeanDefinition(ProjectBeans.class));
		register(registry, key, OpenTelemetry.class, FACTORY_METHODS.get(2),
				new RootBeanDefinition(ProjectBeans.class));
		register(registry, key, ProjectEvals.class, EVALS, new RootBeanDefinition(EVAL_BEANS));
		register(registry, key, ProjectPrompts.class, PROMPTS, new RootBeanDefinition(PROMPT_BEANS));
		Class<?> builder = builderType(registry);
		if (builder != null) {
			RootBeanDefinition definition = new RootBeanDefinition(BUILDER_BEANS);
			definition.setScope(BeanDefinition.SCOPE_PROTOTYPE);
			// A builder that the application declares for the project comes first.
			definition.setFallback(true);
			register(registry, key, builder, BUILDER, definition);
		}
	}

	private static @Nullable Class<?> builderType(BeanDefinitionRegistry registry) {
		ClassLoader classLoader = (registry instanceof ConfigurableBeanFactory factory) ? factory.getBeanClassLoader()
				: null;
		return ClassUtils.isPresent(SPRING_AI, classLoader) ? ClassUtils.resolveClassName(BUILDER_TYPE, classLoader)
				: null;
	}

	private static void register(BeanDefinitionRegistry registry, String key, Class<?> type, String factoryMethod,
			RootBeanDefinition definition) {
		ConstructorArgumentValues arguments = definition.getConstructorArgumentValues();
		arguments.addIndexedArgumentValue(1, key);
		definition.addQualifier(new AutowireCandidateQualifier(BraintrustProject.class, key));
		definition.setDefaultCandidate(false);
		register(registry, type, factoryMethod, definition, ProjectKeys.beanName(key, factoryMethod));
	}

	private static void register(BeanDefinitionRegistry registry, Class<?> type, String factoryMethod,
			RootBeanDefinition definition, String name) {
		definition.setTargetType(ResolvableType.forClass(type));
		definition.setFactoryMethodName(factoryMethod);
		definition.setAutowireMode(RootBeanDefinition.AUTOWIRE_CONSTRUCTOR);
		definition.setLazyInit(true);
		definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
		// Spring looks for listeners among the methods of each bean, which loads all that
		// they return. These beans have none.
		definition.setAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE, Object.class);
		registry.registerBeanDefinition(name, definition);
	}

	static void remove(BeanDefinitionRegistry registry, String key) {
		Stream.concat(FACTORY_METHODS.stream(), Stream.of(EVALS, PROMPTS, BUILDER))
			.map((factoryMethod) -> ProjectKeys.beanName(key, factoryMethod))
			.filter(registry::containsBeanDefinition)
			.forEach(registry::removeBeanDefinition);
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
