package dev.braintrust.spring.autoconfigure;

import java.util.ArrayList;
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
 * {@link BraintrustProject @BraintrustProject} and are not default candidates: an
 * injection point without the qualifier, a collection of all tracers, and the conditions
 * of other auto-configurations do not see them. Each bean is looked up in the registry on
 * first use.
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

	// By name, because Spring AI may be absent or too old.
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
		register(registry, keys.keys());
		if (!registry.containsBeanDefinition(ALL_EVALS)) {
			registry.registerBeanDefinition(ALL_EVALS,
					define(BraintrustEvals.class, "all", new RootBeanDefinition(EVAL_BEANS)));
		}
		if (!registry.containsBeanDefinition(ALL_PROMPTS)) {
			registry.registerBeanDefinition(ALL_PROMPTS,
					define(BraintrustPrompts.class, "all", new RootBeanDefinition(PROMPT_BEANS)));
		}
		if (registry instanceof SingletonBeanRegistry singletons
				&& !singletons.containsSingleton(ProjectKeys.BEAN_NAME)) {
			singletons.registerSingleton(ProjectKeys.BEAN_NAME, keys);
		}
	}

	static void register(BeanDefinitionRegistry registry, Set<String> keys) {
		List<RootBeanDefinition> definitions = definitions(registry);
		for (String key : keys) {
			// Shared by the beans of the project to save memory with a thousand projects.
			ConstructorArgumentValues arguments = new ConstructorArgumentValues();
			arguments.addIndexedArgumentValue(1, key);
			AutowireCandidateQualifier qualifier = new AutowireCandidateQualifier(BraintrustProject.class, key);
			for (RootBeanDefinition any : definitions) {
				RootBeanDefinition definition = any.cloneBeanDefinition();
				definition.setConstructorArgumentValues(arguments);
				definition.addQualifier(qualifier);
				registry.registerBeanDefinition(ProjectKeys.beanName(key, String.valueOf(any.getFactoryMethodName())),
						definition);
			}
		}
	}

	// The bean definitions that each project gets.
	private static List<RootBeanDefinition> definitions(BeanDefinitionRegistry registry) {
		List<RootBeanDefinition> definitions = new ArrayList<>();
		definitions.add(define(ProjectTracer.class, FACTORY_METHODS.get(0), ofRegistry()));
		definitions.add(define(TracerProvider.class, FACTORY_METHODS.get(1), ofRegistry()));
		definitions.add(define(OpenTelemetry.class, FACTORY_METHODS.get(2), ofRegistry()));
		definitions.add(define(ProjectEvals.class, EVALS, new RootBeanDefinition(EVAL_BEANS)));
		definitions.add(define(ProjectPrompts.class, PROMPTS, new RootBeanDefinition(PROMPT_BEANS)));
		Class<?> builder = builderType(registry);
		if (builder != null) {
			RootBeanDefinition definition = define(builder, BUILDER, new RootBeanDefinition(BUILDER_BEANS));
			definition.setScope(BeanDefinition.SCOPE_PROTOTYPE);
			// A builder that the application declares for the project takes precedence.
			definition.setFallback(true);
			definitions.add(definition);
		}
		for (RootBeanDefinition definition : definitions) {
			definition.setDefaultCandidate(false);
		}
		return definitions;
	}

	private static RootBeanDefinition ofRegistry() {
		return new RootBeanDefinition(ProjectBeanRegistrar.class);
	}

	private static @Nullable Class<?> builderType(BeanDefinitionRegistry registry) {
		ClassLoader classLoader = (registry instanceof ConfigurableBeanFactory factory) ? factory.getBeanClassLoader()
				: null;
		return ClassUtils.isPresent(SPRING_AI, classLoader) ? ClassUtils.resolveClassName(BUILDER_TYPE, classLoader)
				: null;
	}

	private static RootBeanDefinition define(Class<?> type, String factoryMethod, RootBeanDefinition definition) {
		definition.setTargetType(ResolvableType.forClass(type));
		definition.setFactoryMethodName(factoryMethod);
		definition.setAutowireMode(RootBeanDefinition.AUTOWIRE_CONSTRUCTOR);
		definition.setLazyInit(true);
		definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
		// Spring looks for event listeners among the methods of each bean, which loads
		// their return types. These beans have no listeners, so Spring need not look.
		definition.setAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE, Object.class);
		return definition;
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
