package dev.braintrust.spring.autoconfigure.diagnostics;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.NoSuchBraintrustProjectException;
import dev.braintrust.spring.autoconfigure.properties.KnownKeys;
import dev.braintrust.spring.autoconfigure.properties.ProjectKeys;
import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.OneLine;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionOverrideException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.core.type.MethodMetadata;

/**
 * Explains the starter's exceptions that stop an application.
 */
class StartupFailureAnalyzer implements FailureAnalyzer, Ordered {

	private final Environment environment;

	StartupFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof InvalidBraintrustPropertyException invalid) {
				return new FailureAnalysis(OneLine.of(String.valueOf(invalid.getMessage())) + "." + neededBy(failure),
						OneLine.of(invalid.getAction()), invalid);
			}
			if (cause instanceof BeanDefinitionOverrideException override && key(override) != null) {
				return sameName(override, key(override));
			}
			if (cause instanceof NoSuchBraintrustProjectException missing) {
				return unknownKey(failure, missing);
			}
		}
		return null;
	}

	// The injection point of the project bean that could not be created, empty for
	// other beans.
	private static String neededBy(Throwable failure) {
		String place = "";
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof UnsatisfiedDependencyException unsatisfied && unsatisfied.getInjectionPoint() != null
					&& ProjectInjectionFailureAnalyzer.annotation(unsatisfied.getInjectionPoint()) != null) {
				place = " It is needed by the bean '" + unsatisfied.getBeanName() + "': "
						+ OneLine.of(unsatisfied.getInjectionPoint().toString()) + ".";
			}
		}
		return place;
	}

	private static @Nullable String key(BeanDefinitionOverrideException override) {
		if (!(override.getExistingDefinition() instanceof AnnotatedBeanDefinition existing)) {
			return null;
		}
		MethodMetadata method = existing.getFactoryMethodMetadata();
		AnnotatedTypeMetadata metadata = (method != null) ? method : existing.getMetadata();
		MergedAnnotation<BraintrustProject> project = metadata.getAnnotations().get(BraintrustProject.class);
		return project.getValue(MergedAnnotation.VALUE, String.class).orElse(null);
	}

	private static FailureAnalysis sameName(BeanDefinitionOverrideException override, @Nullable String key) {
		return new FailureAnalysis(
				"The bean '" + override.getBeanName() + "' of the Braintrust project '" + key
						+ "' has the same name as a bean that an auto-configuration creates for the application: "
						+ OneLine.of(override.getBeanDefinition().toString()) + ".",
				"Give the bean of the project another name.", override);
	}

	private FailureAnalysis unknownKey(Throwable failure, NoSuchBraintrustProjectException missing) {
		String beanName = beanName(failure);
		String who = (beanName != null) ? "The bean '" + beanName + "'" : "Code that runs at startup";
		return new FailureAnalysis(who + " asks for the Braintrust project '" + OneLine.of(missing.getKey())
				+ "', but no project with that key is declared.", remedy(missing), missing);
	}

	// The registry may belong to a test, with projects that differ from the
	// declared ones.
	private String remedy(NoSuchBraintrustProjectException missing) {
		ProjectKeys keys = ProjectKeys.read(this.environment);
		return keys.names().keySet().equals(missing.getKnownKeys())
				? KnownKeys.remedy(missing.getKey(), keys, this.environment)
				: KnownKeys.remedy(missing.getKey(), missing.getKnownKeys());
	}

	private static @Nullable String beanName(Throwable failure) {
		String name = null;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof BeanCreationException creation && creation.getBeanName() != null) {
				name = creation.getBeanName();
			}
		}
		return name;
	}

	// Run before Boot's own analyzers, which would advise to override beans or to mark
	// one as primary.
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
