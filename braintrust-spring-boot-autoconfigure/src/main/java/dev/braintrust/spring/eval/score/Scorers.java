package dev.braintrust.spring.eval.score;

import java.util.List;
import java.util.function.ToDoubleFunction;

import org.springframework.util.Assert;

/**
 * The scorers that need no model.
 * <p>
 * Where an output is compared with what is expected, a case without an expected output is
 * an error of the scorer. Values that are no texts are compared as JSON.
 */
public final class Scorers {

	private Scorers() {
	}

	/**
	 * A scorer of yours.
	 * @param name its name, unique in an experiment
	 * @param score gives the score of a row, from 0 to 1; it must be thread-safe
	 * @param <I> the type of the inputs
	 * @param <O> the type of the outputs
	 * @param <E> the type of the expected outputs
	 * @return the scorer
	 */
	public static <I, O, E> Scorer<I, O, E> of(String name, ToDoubleFunction<? super Scoring<I, O, E>> score) {
		Assert.hasText(name, "'name' must not be empty");
		Assert.notNull(score, "'score' must not be null");
		return new FunctionScorer<>(name, score);
	}

	/**
	 * 1 if the output equals what is expected, else 0. Values that are no texts are equal
	 * if their JSON is; the order of the properties of an object does not count.
	 * @return the scorer {@code exactMatch}
	 */
	public static Scorer<Object, Object, Object> exactMatch() {
		return new ExactMatch();
	}

	/**
	 * 1 if the output contains what is expected, else 0.
	 * @return the scorer {@code contains}
	 */
	public static Scorer<Object, Object, Object> contains() {
		return new Contains(false);
	}

	/**
	 * 1 if the output contains what is expected, in upper or lower case, else 0.
	 * @return the scorer {@code contains}
	 */
	public static Scorer<Object, Object, Object> containsIgnoringCase() {
		return new Contains(true);
	}

	/**
	 * How similar the output is to what is expected: 1 less the Levenshtein distance,
	 * divided by the length of the longer text. Two empty texts score 1.
	 * @return the scorer {@code levenshtein}
	 */
	public static Scorer<Object, Object, Object> levenshtein() {
		return new Levenshtein();
	}

	/**
	 * A scorer by a function.
	 *
	 * @param name the name of the scorer
	 * @param score the function
	 * @param <I> the type of the inputs
	 * @param <O> the type of the outputs
	 * @param <E> the type of the expected outputs
	 */
	private record FunctionScorer<I, O, E>(String name,
			ToDoubleFunction<? super Scoring<I, O, E>> score) implements Scorer<I, O, E> {

		// A row is only read, so that of a narrower type will do.
		@Override
		@SuppressWarnings("unchecked")
		public List<Score> score(Scoring<? extends I, ? extends O, ? extends E> it) {
			return List.of(Score.of(this.score.applyAsDouble((Scoring<I, O, E>) it)));
		}

	}

}
