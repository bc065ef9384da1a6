package dev.braintrust.spring.eval;

import java.util.Set;

import dev.braintrust.spring.NoSuchBraintrustProjectException;

/**
 * Gives access to the evaluations of all projects, for keys that you know only at run
 * time:
 *
 * <pre class="code">
 * ProjectEvals evals = this.braintrustEvals.of(tenant.projectKey());
 * </pre>
 *
 * If you know the key when you write the code, inject its {@link ProjectEvals} instead.
 */
public interface BraintrustEvals {

	/**
	 * The keys of the declared projects.
	 * @return the keys
	 */
	Set<String> keys();

	/**
	 * The evaluations of a project.
	 * @param key the key of the project
	 * @return the evaluations
	 * @throws NoSuchBraintrustProjectException if no project with that key is declared
	 */
	ProjectEvals of(String key);

}
