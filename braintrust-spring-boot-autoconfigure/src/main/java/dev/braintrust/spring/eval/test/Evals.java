package dev.braintrust.spring.eval.test;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.RecordedEvals;
import dev.braintrust.spring.eval.ProjectEvals;

import org.springframework.util.Assert;

/**
 * Creates evaluations for the projects of a test, without an application context:
 *
 * <pre>
 * RecordedSpans spans = new RecordedSpans();
 * BraintrustProjects projects = spans.projects("support");
 * ProjectEvals evals = Evals.of(projects, "support");
 * </pre>
 *
 * Experiments are not sent. The properties {@code braintrust.evals.*} are read from
 * system properties and environment variables.
 */
public final class Evals {

	private Evals() {
	}

	/**
	 * Return the evaluations of a project.
	 * @param projects the projects
	 * @param key the key of the project
	 * @return its evaluations
	 */
	public static ProjectEvals of(BraintrustProjects projects, String key) {
		Assert.notNull(projects, "'projects' must not be null");
		return RecordedEvals.of(projects, key);
	}

}
