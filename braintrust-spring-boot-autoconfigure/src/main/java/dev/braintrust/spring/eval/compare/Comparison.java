package dev.braintrust.spring.eval.compare;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The differences between the scores of an experiment and the scores of its baseline.
 *
 * <pre class="code">
 * result.comparison().score("exactMatch")
 * </pre>
 *
 * @param baseline the name of the baseline
 * @param scores the changes by the name of the score
 */
public record Comparison(String baseline, Map<String, ScoreChange> scores) {

	public Comparison {
		scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
	}

	/**
	 * Return the change of a score.
	 * @param name the name of the score
	 * @return the change, or {@code null} if the experiment has no such score
	 */
	public @Nullable ScoreChange score(String name) {
		return this.scores.get(name);
	}

	/**
	 * The change of one score. Each input counts once: rows with the same input, such as
	 * trials, are averaged first.
	 *
	 * @param name the name of the score
	 * @param before the mean of matched inputs in the baseline, {@link Double#NaN}
	 * without matches
	 * @param difference the mean of matched inputs minus {@code before}, 0 without
	 * matches
	 * @param better the number of inputs with a higher score
	 * @param worse the number of inputs with a lower score
	 * @param matched the number of inputs that have the score in both
	 * @param unmatched the number of inputs that have the score in only one of the two
	 */
	public record ScoreChange(String name, double before, double difference, int better, int worse, int matched,
			int unmatched) {

	}

}
