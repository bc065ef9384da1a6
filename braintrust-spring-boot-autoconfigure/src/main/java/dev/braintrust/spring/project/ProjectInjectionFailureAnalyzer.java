package dev.braintrust.spring.project;

import java.lang.annotation.Annotation;
import java.util.Set;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.properties.ProjectKeys;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Explains why nothing could be injected where
 * {@link BraintrustProject @BraintrustProject} asks for a bean of a project. Goes before
 * Boot's own analyzer, which knows the type alone.
 */
class ProjectInjectionFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException>
		implements Ordered {

	private final Environment environment;

	ProjectInjectionFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
		InjectionPoint injectionPoint = injectionPoint(rootFailure);
		BraintrustProject project = annotation(injectionPoint);
		if (injectionPoint == null || project == null || cause instanceof NoUniqueBeanDefinitionException) {
			return null;
		}
		String key = project.value();
		ResolvableType type = cause.getResolvableType();
		String wanted = (type != null) ? type.toClass().getSimpleName() : "bean";
		String place = injectionPoint.getMember().getDeclaringClass().getName();
		Set<String> known = ProjectKeys.from(this.environment);
		if (!known.contains(key)) {
			return new FailureAnalysis("A " + wanted + " of the Braintrust project '" + key + "' is wanted in " + place
					+ ", but that project is not declared.", KnownKeys.remedy(key, known), cause);
		}
		return new FailureAnalysis(
				"A " + wanted + " of the Braintrust project '" + key + "' is wanted in " + place
						+ ", but no bean of that type belongs to the project.",
				"Annotate the bean that is meant with @BraintrustProject(\"" + key + "\"). A project itself offers a "
						+ "ProjectTracer, Tracer, TracerProvider and OpenTelemetry.",
				cause);
	}

	private static @Nullable InjectionPoint injectionPoint(Throwable failure) {
		InjectionPoint injectionPoint = null;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof UnsatisfiedDependencyException unsatisfied) {
				injectionPoint = unsatisfied.getInjectionPoint();
			}
		}
		return injectionPoint;
	}

	private static @Nullable BraintrustProject annotation(@Nullable InjectionPoint injectionPoint) {
		if (injectionPoint == null) {
			return null;
		}
		for (Annotation annotation : injectionPoint.getAnnotations()) {
			if (annotation instanceof BraintrustProject project) {
				return project;
			}
		}
		return null;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
