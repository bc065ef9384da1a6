package dev.braintrust.spring.autoconfigure.diagnostics;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a {@link ProjectBeanNameException}.
 */
class ProjectBeanNameFailureAnalyzer extends AbstractFailureAnalyzer<ProjectBeanNameException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ProjectBeanNameException cause) {
		String key = cause.getKey();
		return new FailureAnalysis(
				"The bean '" + key + "' of type " + cause.getBeanType().getName()
						+ " is named like the Braintrust project '" + key
						+ "' but does not belong to it. Spring would inject it, by its name, wherever "
						+ "@BraintrustProject(\"" + key + "\") asks for a bean of such a type.",
				"If the bean belongs to the project, annotate it with @BraintrustProject(\"" + key
						+ "\"). If not, give it another name.",
				cause);
	}

}
