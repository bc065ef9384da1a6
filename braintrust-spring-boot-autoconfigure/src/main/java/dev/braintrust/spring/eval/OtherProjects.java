package dev.braintrust.spring.eval;

/**
 * The destination of spans that a row makes in other projects.
 *
 * @see RunOptions#otherProjects(OtherProjects)
 */
public enum OtherProjects {

	/**
	 * To the logs of their projects, as in production.
	 */
	SEPARATE,

	/**
	 * Nowhere: they record nothing.
	 */
	DISCARDED,

	/**
	 * Into the row. They are written by the settings and filters of their own project,
	 * and sent with the API key of the project of the experiment.
	 */
	IN_EXPERIMENT

}
