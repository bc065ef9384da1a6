package dev.braintrust.spring.eval;

/**
 * Where spans of other projects go that are made inside a row.
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
