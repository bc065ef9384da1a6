package dev.braintrust.spring.eval;

/**
 * The destination of spans that a row creates in other projects.
 *
 * @see RunOptions#otherProjects(OtherProjects)
 */
public enum OtherProjects {

	/**
	 * The logs of their projects, as in production.
	 */
	SEPARATE,

	/**
	 * No destination: they record nothing.
	 */
	DISCARDED,

	/**
	 * The row. The settings and filters of their project apply, but the API key of the
	 * experiment's project is used.
	 */
	IN_EXPERIMENT

}
