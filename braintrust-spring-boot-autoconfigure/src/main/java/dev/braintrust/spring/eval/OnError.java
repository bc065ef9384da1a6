package dev.braintrust.spring.eval;

/**
 * What the scores of a row are whose task failed.
 */
public enum OnError {

	/**
	 * Each scorer gives 0, so that a failure never makes an experiment look better.
	 */
	SCORE_ZERO,

	/**
	 * There are none. Assertions about a score fail if rows do not have it.
	 */
	SKIP_SCORES

}
