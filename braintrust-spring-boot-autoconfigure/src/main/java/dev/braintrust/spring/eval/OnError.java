package dev.braintrust.spring.eval;

/**
 * The scores that a row gets if its task fails.
 *
 * @see RunOptions#onError(OnError)
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
