package dev.braintrust.spring.autoconfigure.diagnostics;

import java.util.Map;

import dev.braintrust.spring.NoSuchBraintrustProjectException;
import dev.braintrust.spring.autoconfigure.properties.KnownKeys;
import dev.braintrust.spring.autoconfigure.properties.ProjectKeys;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Explains a {@link NoSuchBraintrustProjectException}.
 */
class NoSuchBraintrustProjectFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBraintrustProjectException> {

	private final Environment environment;

	NoSuchBraintrustProjectFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NoSuchBraintrustProjectException cause) {
		String beanName = beanName(rootFailure);
		String project = "the Braintrust project '" + cause.getKey() + "'";
		String description = ((beanName != null) ? "The bean '" + beanName + "' asks for " + project
				: "Code that runs at startup asks for " + project) + ", but no project with that key is declared.";
		return new FailureAnalysis(description, remedy(cause), cause);
	}

	// The registry may be one of a test, with other projects than those that are
	// declared.
	private String remedy(NoSuchBraintrustProjectException cause) {
		Map<String, String> names = ProjectKeys.names(this.environment);
		return names.keySet().equals(cause.getKnownKeys()) ? KnownKeys.remedy(cause.getKey(), names)
				: KnownKeys.remedy(cause.getKey(), cause.getKnownKeys());
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

}
