package dev.braintrust.spring.autoconfigure.diagnostics;

import java.lang.annotation.Annotation;
import java.util.Set;
import java.util.TreeSet;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.properties.KnownKeys;
import dev.braintrust.spring.autoconfigure.properties.ProjectKeys;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Explains why no bean could be injected at an injection point that has
 * {@link BraintrustProject @BraintrustProject} or should have it. It runs before Boot's
 * own analyzer, which only names the type and fails for project beans, because it creates
 * the candidates to examine them.
 */
class ProjectInjectionFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException>
		implements Ordered {

	private final Environment environment;

	ProjectInjectionFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause,
			@Nullable String description) {
		InjectionPoint injectionPoint = injectionPoint(rootFailure, cause);
		ResolvableType type = cause.getResolvableType();
		if (injectionPoint == null || type == null || cause instanceof NoUniqueBeanDefinitionException) {
			return null;
		}
		BraintrustProject project = annotation(injectionPoint);
		Class<?> wantedType = type.toClass();
		String wanted = description + " asks for a bean of type '" + wantedType.getName() + "'";
		return (project != null) ? ofProject(project.value(), wantedType, wanted, cause)
				: ofNoProject(wantedType, wanted, cause);
	}

	private FailureAnalysis ofProject(String key, Class<?> type, String wanted, NoSuchBeanDefinitionException cause) {
		ProjectKeys known = ProjectKeys.read(this.environment);
		String description = wanted + " of the Braintrust project '" + key + "', but ";
		if (!known.keys().contains(key)) {
			return new FailureAnalysis(description + "no project with that key is declared.",
					KnownKeys.remedy(key, known, this.environment), cause);
		}
		if (BeanOwners.isBuilder(type)) {
			return new FailureAnalysis(description
					+ "the application has no ChatClient.Builder to create it from: Spring AI's own is missing, "
					+ "or 'spring.ai.chat.client.enabled' is false, or BraintrustChatAutoConfiguration is excluded.",
					"Declare a builder for the project, with the model of your choice: '@Bean @Scope(\"prototype\") "
							+ "@BraintrustProject(\"" + key
							+ "\") ChatClient.Builder builder(ChatModel model) { return ChatClient.builder(model); }'. "
							+ "Or let Spring AI make its own: leave 'spring.ai.chat.client.enabled' at true.",
					cause);
		}
		if (BeanOwners.isChatModel(type)) {
			return new FailureAnalysis(
					description + "no ChatModel that is declared by that type belongs to the project.",
					"Declare a bean that hands the model on: '@Bean @BraintrustProject(\"" + key
							+ "\") ChatModel model(" + type.getSimpleName()
							+ " model) { return model; }'. Inject it as a ChatModel, with the annotation.",
					cause);
		}
		return new FailureAnalysis(description + "no bean of that type belongs to the project.",
				"Annotate the intended bean with @BraintrustProject(\"" + key + "\"), or declare one. " + (BeanOwners
					.isChatClient(type)
							? "Or inject the ChatClient.Builder of the project, and build the client with it."
							: "Beans of the types ProjectTracer, Tracer, TracerProvider and OpenTelemetry exist for "
									+ "every project."),
				cause);
	}

	private @Nullable FailureAnalysis ofNoProject(Class<?> type, String wanted, NoSuchBeanDefinitionException cause) {
		Set<String> known = ProjectKeys.read(this.environment).keys();
		if (type == ProjectTracer.class && known.isEmpty()) {
			return new FailureAnalysis(wanted + ", but no Braintrust project is declared.",
					"Declare a project by a property of it, such as 'braintrust.projects.my-agent.name', and annotate "
							+ "the injection point with its key: @BraintrustProject(\"my-agent\").",
					cause);
		}
		if (known.isEmpty() || !BeanOwners.isOfProjectAlone(type)) {
			return null;
		}
		String example = "such as @BraintrustProject(\"" + known.iterator().next() + "\").";
		String declared = " The declared projects are: " + String.join(", ", new TreeSet<>(known)) + ".";
		if (type == ProjectTracer.class) {
			return new FailureAnalysis(wanted + " without naming a Braintrust project.",
					"Annotate the injection point with the key of the project, " + example + declared, cause);
		}
		return new FailureAnalysis(
				wanted + ". The application has no such bean of its own, and project beans are injected only if the "
						+ "injection point names their project.",
				"If a project is meant, annotate the injection point with its key, " + example
						+ " If not, define a bean of that type." + declared,
				cause);
	}

	static @Nullable InjectionPoint injectionPoint(Throwable failure, NoSuchBeanDefinitionException missing) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof UnsatisfiedDependencyException unsatisfied && cause.getCause() == missing) {
				return unsatisfied.getInjectionPoint();
			}
		}
		return null;
	}

	static @Nullable BraintrustProject annotation(InjectionPoint injectionPoint) {
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
