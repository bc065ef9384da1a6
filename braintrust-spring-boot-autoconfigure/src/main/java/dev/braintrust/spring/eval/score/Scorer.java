package dev.braintrust.spring.eval.score;

import java.util.List;

/**
 * Scores the output of a task, from 0 (bad) to 1 (good). Several rows are scored at the
 * same time, so a scorer must be thread-safe.
 * <p>
 * What a scorer throws fails its row with a scorer error; the other scorers go on. The
 * same holds for a value that is not between 0 and 1. A scorer is not asked about a row
 * whose task failed.
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
	 * The name of the scorer, and of its score unless a {@link Score} has its own. It is
	 * unique in an experiment.
	 * @return the name
	 */
	String name();

	/**
	 * Score the output of one row.
	 * @param it the row
	 * @return the scores: mostly one; none, or one that is {@link Score#skipped()
	 * skipped}, if this row has none
	 * @throws Exception if the row cannot be scored
	 */
	List<Score> score(Scoring<? extends I, ? extends O, ? extends E> it) throws Exception;

	/**
	 * The same scorer with another name, for an experiment that has two of a kind, as in
	 * {@code Scorers.regex("[0-9]+ EUR").named("names an amount")}.
	 * @param name the name
	 * @return a new scorer
	 */
	default Scorer<I, O, E> named(String name) {
		return new FunctionScorer<>(name, this::score);
	}

}
