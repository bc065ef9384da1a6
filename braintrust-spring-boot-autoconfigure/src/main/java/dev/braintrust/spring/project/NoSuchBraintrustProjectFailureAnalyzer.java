package dev.braintrust.spring.project;

import dev.braintrust.spring.NoSuchBraintrustProjectException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a {@link NoSuchBraintrustProjectException}.
 */
class NoSuchBraintrustProjectFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBraintrustProjectException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NoSuchBraintrustProjectException cause) {
		String beanName = beanName(rootFailure);
		String project = "the Braintrust project '" + cause.getKey() + "'";
		String description = ((beanName != null) ? "The bean '" + beanName + "' asks for " + project
				: "Code that runs at startup asks for " + project) + ", but no project with that key is declared.";
		return new FailureAnalysis(description, KnownKeys.remedy(cause.getKey(), cause.getKnownKeys()), cause);
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
