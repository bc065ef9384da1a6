package dev.braintrust.spring.eval.test;

import dev.braintrust.spring.eval.ExperimentResult;

/**
 * Entry point of the assertions for experiments. Import it statically, next to AssertJ's
 * own and {@code BraintrustAssertions}:
 *
 * <pre>
 * assertThat(result).hasNoErrors().score("factuality").averageAtLeast(0.8).hasNotRegressedBy(0.02);
 * </pre>
 */
public final class ExperimentAssertions {

	private ExperimentAssertions() {
	}

	/**
	 * Begin assertions for the result of an experiment.
	 * @param actual the result
	 * @return the assertions
	 */
	public static ExperimentAssert assertThat(ExperimentResult<?, ?, ?> actual) {
		return new ExperimentAssert(actual);
	}

}
