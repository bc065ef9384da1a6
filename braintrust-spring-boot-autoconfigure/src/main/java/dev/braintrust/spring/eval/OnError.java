package dev.braintrust.spring.eval;

/**
 * The scores that a row gets if its task fails.
 *
 * @see RunOptions#onError(OnError)
 */
public enum OnError {

	/**
	 * Each score is 0, so that a failure never makes an experiment look better.
	 */
	SCORE_ZERO,

	/**
	 * No scores. Assertions about a score fail if rows do not have it.
	 */
	SKIP_SCORES

}
