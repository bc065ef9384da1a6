package dev.braintrust.spring.eval;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.eval.data.ProjectDatasets;

/**
 * Starts the evaluations of one project. There is a bean for each declared project;
 * inject it by the key:
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
	 * @param name its name; Braintrust adds a suffix if the project already has an
	 * experiment with this name
	 * @return the experiment, which needs its cases
	 */
	ExperimentSpec experiment(String name);

	/**
	 * The datasets of the project in Braintrust.
	 * @return the datasets
	 */
	ProjectDatasets datasets();

}
