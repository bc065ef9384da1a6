package dev.braintrust.spring.eval.score;

import java.util.List;

import org.springframework.util.Assert;

/**
 * A scorer that calls a function.
 */
record FunctionScorer<I, O, E>(String name, Function<I, O, E> function) implements Scorer<I, O, E> {

	FunctionScorer {
		Assert.hasText(name, "'name' must not be empty");
	}

	// The function only reads the row, so a row of narrower types is safe.
	@Override
	@SuppressWarnings("unchecked")
	public List<Score> score(Scoring<? extends I, ? extends O, ? extends E> it) throws Exception {
		return this.function.score((Scoring<I, O, E>) it);
	}

	/**
	 * Scores a row.
	 */
	@FunctionalInterface
	interface Function<I, O, E> {

		List<Score> score(Scoring<I, O, E> it) throws Exception;

	}

}
