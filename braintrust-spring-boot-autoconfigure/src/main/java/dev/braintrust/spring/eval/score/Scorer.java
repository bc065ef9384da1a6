package dev.braintrust.spring.eval.score;

import java.util.List;

/**
 * Scores the output of a task, from 0 (bad) to 1 (good). Several rows are scored at the
 * same time, so a scorer must be thread-safe.
 * <p>
 * If a scorer throws an exception or returns a value that is not between 0 and 1, its row
 * fails with a scorer error, and the other scorers continue. Scorers are not called for
 * rows whose task failed.
 *
 * <pre>
 * Scorer&lt;Object, String, Object&gt; polite = Scorers.of("polite", (it) -&gt; it.output().contains("please") ? 1 : 0);
 * </pre>
 *
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 * @param <E> the type of the expected outputs
 * @see Scorers
 */
public interface Scorer<I, O, E> {

	/**
	 * The name of the scorer, unique in an experiment. A {@link Score} without a name
	 * gets this name.
	 * @return the name
	 */
	String name();

	/**
	 * Score the output of one row.
	 * @param it the row
	 * @return the scores, usually one; an empty list or a {@link Score#skipped() skipped}
	 * score if the scorer does not apply to this row
	 * @throws Exception if the row cannot be scored
	 */
	List<Score> score(Scoring<? extends I, ? extends O, ? extends E> it) throws Exception;

	/**
	 * Return the same scorer with another name, for an experiment with two scorers of a
	 * kind, as in {@code Scorers.regex("[0-9]+ EUR").named("names an amount")}.
	 * @param name the name
	 * @return a new scorer
	 */
	default Scorer<I, O, E> named(String name) {
		return new FunctionScorer<>(name, this::score);
	}

}
