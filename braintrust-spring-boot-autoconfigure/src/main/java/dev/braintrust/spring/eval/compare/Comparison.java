package dev.braintrust.spring.eval.compare;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The differences between the scores of an experiment and those of its baseline.
 *
 * <pre class="code">
 * result.comparison().score("exactMatch")
 * </pre>
 *
 * @param baseline the name of the baseline
 * @param scores the changes by the names of the scores
 */
public record Comparison(String baseline, Map<String, ScoreChange> scores) {

	public Comparison {
		scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
	}

	/**
	 * How a score differs.
	 * @param name the name of the score
	 * @return the change, or {@code null} if the experiment has no such score
	 */
	public @Nullable ScoreChange score(String name) {
		return this.scores.get(name);
	}

	/**
	 * How one score differs. Inputs count once: what several rows with the same input
	 * scored, such as trials, is one mean.
	 *
	 * @param name the name of the score
	 * @param before the mean that matched inputs had in the baseline, {@link Double#NaN}
	 * if none is matched
	 * @param difference the mean of matched inputs less that of the baseline, 0 if none
	 * is matched
	 * @param better how many inputs have a higher score
	 * @param worse how many inputs have a lower score
	 * @param matched how many inputs have the score in both
	 * @param unmatched how many inputs have the score in one of the two alone
	 */
	public record ScoreChange(String name, double before, double difference, int better, int worse, int matched,
			int unmatched) {

	}

}
