package dev.braintrust.spring.eval;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.eval.data.ProjectDatasets;

/**
 * The evaluations of one project. There is a bean of each declared project, which you
 * inject by its key:
 *
 * <pre>
 * &#64;Autowired
 * &#64;BraintrustProject("support")
 * ProjectEvals evals;
 * </pre>
 *
 * @see BraintrustProject
 * @see BraintrustEvals
 */
public interface ProjectEvals {

	/**
	 * The key of the project.
	 * @return the key
	 */
	String project();

	/**
	 * Begin an experiment.
	 * @param name its name; Braintrust adds a suffix if an experiment of the project has
	 * it already
	 * @return what asks for the cases
	 */
	ExperimentSpec experiment(String name);

	/**
	 * The datasets that the project has in Braintrust.
	 * @return the datasets
	 */
	ProjectDatasets datasets();

}
