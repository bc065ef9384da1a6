package dev.braintrust.spring.autoconfigure.diagnostics;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.ai.TracingPostProcessor;
import dev.braintrust.spring.autoconfigure.properties.KnownKeys;
import dev.braintrust.spring.autoconfigure.properties.ProjectKeys;
import dev.braintrust.spring.settings.Amount;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.OneLine;
import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.SpringBootVersion;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Warns at the end of startup about project settings that have no effect: an unknown
 * property, an annotation on a bean of a type that is not traced, an unused project, or a
 * class path that does not allow tracing. These are warnings and not errors, because the
 * application itself works.
 */
public final class ProjectUsageReport implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private static final List<String> PROJECT_BEANS = List.of("tracer", "tracerProvider", "openTelemetry",
			"chatClientBuilder", "evals", "prompts");

	private static final int MAX_NAMED = 5;

	private static final List<Class<?>> KNOWN_TYPES = List.of(ContentFilter.class,
			ProjectTracerProviderCustomizer.class, Tracer.class, TracerProvider.class, OpenTelemetry.class);

	// By name, so that no class of evaluations is loaded.
	private static final String EVAL = "dev.braintrust.spring.eval.Eval";

	private final ConfigurableListableBeanFactory beanFactory;

	private final ObjectProvider<DeclaredProjects> declared;

	private final Environment environment;

	private final ObjectProvider<ProjectKeys> keys;

	public ProjectUsageReport(ConfigurableListableBeanFactory beanFactory, ObjectProvider<DeclaredProjects> declared,
			Environment environment, ObjectProvider<ProjectKeys> keys) {
		this.beanFactory = beanFactory;
		this.keys = keys;
		this.environment = environment;
		this.declared = declared;
	}

	@Override
	public void afterSingletonsInstantiated() {
		ProjectKeys keys = this.keys.getIfAvailable();
		if (keys != null) {
			warn(keys.unknown());
		}
		DeclaredProjects projects = this.declared.getIfAvailable();
		if (projects != null && projects.keys().isEmpty()) {
			warn(KnownKeys.undeclared(this.environment));
		}
		if (projects == null || !isAnyOn(projects)) {
			return;
		}
		ClassLoader classLoader = this.beanFactory.getBeanClassLoader();
		warn(ClassPathReport.problems(classLoader, SpringBootVersion.getVersion()));
		if (!ClassPathReport.hasSpringAi(classLoader)) {
			logger.info("Spring AI is not on the class path: no ChatClient is traced. Braintrust projects contain "
					+ "only the spans that the application starts itself.");
		}
		warn(DeclaredProjectsReport.variableHeaders(projects));
		Map<String, String> annotated = BeanOwners.all(this.beanFactory);
		reportUntraced(annotated);
		// If the application uses the registry, the projects and clients it asks for
		// are unknown.
		if (!isRegistryUsed()) {
			warn(new ClientsWithoutProject(this.beanFactory, annotated.keySet())
				.messages(projects.keys().iterator().next()));
			// So are the projects of experiments and prompts that it asks for by key.
			if (!isUsed("braintrustEvals") && !isUsed("braintrustPrompts")) {
				reportUnused(projects, new LinkedHashSet<>(annotated.values()));
			}
		}
	}

	private static void warn(Collection<String> messages) {
		for (String message : messages) {
			logger.warn(OneLine.of(message));
		}
	}

	private static boolean isAnyOn(DeclaredProjects projects) {
		for (ProjectSettings project : projects.all()) {
			if (project.isOn()) {
				return true;
			}
		}
		return false;
	}

	private void reportUntraced(Map<String, String> annotated) {
		for (Map.Entry<String, String> bean : annotated.entrySet()) {
			Class<?> type = this.beanFactory.getType(bean.getKey(), false);
			if (type != null && !isTraced(type)) {
				warnWithoutEffect(bean.getKey(), bean.getValue(), ClassUtils.getUserClass(type));
			}
			else if (type != null && BeanOwners.isTraced(type) && wasCreatedTooEarly(bean.getKey())) {
				warnTooEarly(bean.getKey(), bean.getValue());
			}
		}
	}

	private static boolean isTraced(Class<?> type) {
		for (Class<?> known : KNOWN_TYPES) {
			if (known.isAssignableFrom(type)) {
				return true;
			}
		}
		return type == Object.class || type.getName().equals(EVAL) || BeanOwners.isTraced(type);
	}

	private boolean wasCreatedTooEarly(String beanName) {
		if (!this.beanFactory.containsSingleton(beanName) || this.beanFactory.isFactoryBean(beanName)) {
			return false;
		}
		Collection<TracingPostProcessor> postProcessors = TracingPostProcessor.all(this.beanFactory);
		for (TracingPostProcessor postProcessor : postProcessors) {
			if (postProcessor.hasSeen(beanName)) {
				return false;
			}
		}
		return !postProcessors.isEmpty();
	}

	private void warnTooEarly(String beanName, String key) {
		String[] dependents = this.beanFactory.getDependentBeans(beanName);
		logger.warn("The bean '" + beanName + "' is not traced into Braintrust, though it has @BraintrustProject(\""
				+ key + "\"): it was created before the starter could trace it" + ((dependents.length > 0)
						? ", since it is needed early by '" + String.join("', '", dependents) + "'" : "")
				+ ". Let the bean that needs it take it lazily, by @Lazy or an ObjectProvider.");
	}

	private static void warnWithoutEffect(String beanName, String key, Class<?> type) {
		logger.warn("@BraintrustProject(\"" + key + "\") on the bean '" + beanName
				+ "' has no effect on what is traced: it is a " + type.getName()
				+ ". Annotate the ChatClient bean that it uses instead, or make spans of its own with the "
				+ "ProjectTracer of the project.");
	}

	private void reportUnused(DeclaredProjects projects, Set<String> annotated) {
		Set<String> unused = new TreeSet<>();
		for (ProjectSettings project : projects.all()) {
			if (project.isOn() && !annotated.contains(project.key()) && !isInjected(project.key())
					&& !project.key().equals(projects.defaultKey())) {
				unused.add(project.key());
			}
		}
		for (String key : List.copyOf(unused).subList(0, Math.min(MAX_NAMED, unused.size()))) {
			logger.warn("The Braintrust project '" + key
					+ "' is declared, but no bean uses it. Annotate its ChatClient bean with @BraintrustProject(\""
					+ key
					+ "\"). A client that is built inside a method is not a bean: pass it to BraintrustProjects.instrument(\""
					+ key + "\", client).");
		}
		if (unused.size() > MAX_NAMED) {
			logger
				.warn("No bean uses " + Amount.of(unused.size() - MAX_NAMED, "more declared Braintrust project") + ".");
		}
	}

	private boolean isRegistryUsed() {
		for (String registry : this.beanFactory.getBeanNamesForType(BraintrustProjects.class, true, false)) {
			if (isUsed(registry)) {
				return true;
			}
		}
		return false;
	}

	private boolean isInjected(String key) {
		for (String bean : PROJECT_BEANS) {
			if (isUsed(ProjectKeys.beanName(key, bean))) {
				return true;
			}
		}
		return false;
	}

	private boolean isUsed(String beanName) {
		for (String dependent : this.beanFactory.getDependentBeans(beanName)) {
			if (!isOurs(dependent)) {
				return true;
			}
		}
		return false;
	}

	// The starter's own beans use all projects, which does not count.
	private static boolean isOurs(String beanName) {
		return beanName.startsWith("braintrust") || beanName.startsWith("dev.braintrust.spring.");
	}

}
