package dev.braintrust.spring.eval.score;

import java.util.List;

import org.springframework.util.Assert;

/**
 * A scorer with another name.
 *
 * @param name the name
 * @param scorer the scorer
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 * @param <E> the type of the expected outputs
 */
record NamedScorer<I, O, E>(String name, Scorer<I, O, E> scorer) implements Scorer<I, O, E> {

	NamedScorer {
		Assert.hasText(name, "'name' must not be empty");
	}

	@Override
	public List<Score> score(Scoring<? extends I, ? extends O, ? extends E> it) throws Exception {
		return this.scorer.score(it);
	}

}
