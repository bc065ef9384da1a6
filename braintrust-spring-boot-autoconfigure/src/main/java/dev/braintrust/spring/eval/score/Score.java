package dev.braintrust.spring.eval.score;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A score of one row, with what explains it.
 *
 * <pre>
 * Score.of(0.5).because("names the order, but not the amount")
 * </pre>
 *
 * @param name the name of the score, or {@code null} for the name of its scorer
 * @param value the value from 0 to 1, or {@code null} if the row has no such score; a
 * value outside of this range is an error of the scorer
 * @param metadata what explains the score
 */
public record Score(@Nullable String name, @Nullable Double value, Map<String, @Nullable Object> metadata) {

	private static final String RATIONALE = "rationale";

	public Score {
		Assert.isTrue(name == null || !name.isBlank(), "'name' must be null or not empty");
		metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
	}

	/**
	 * A score that has the name of its scorer.
	 * @param value the value, from 0 to 1
	 * @return the score
	 */
	public static Score of(double value) {
		return new Score(null, value, Map.of());
	}

	/**
	 * A score with its own name, for a scorer that gives several.
	 * @param name the name
	 * @param value the value, from 0 to 1
	 * @return the score
	 */
	public static Score of(String name, double value) {
		return new Score(name, value, Map.of());
	}

	/**
	 * The score of a row that this scorer says nothing about. It is counted as skipped,
	 * and is no part of any mean.
	 * @return the score
	 */
	public static Score skipped() {
		return new Score(null, null, Map.of());
	}

	/**
	 * The same score with a reason for people ({@code metadata.rationale}).
	 * @param rationale the reason
	 * @return a new score
	 */
	public Score because(String rationale) {
		return metadata(RATIONALE, rationale);
	}

	/**
	 * The reason that {@link #because} gave.
	 * @return the reason, or {@code null} if there is none
	 */
	public @Nullable String rationale() {
		return (this.metadata.get(RATIONALE) instanceof String rationale) ? rationale : null;
	}

	/**
	 * The same score with one more field of metadata.
	 * @param key the name of the field
	 * @param value the value, any JSON
	 * @return a new score
	 */
	public Score metadata(String key, @Nullable Object value) {
		Assert.hasText(key, "'key' must not be empty");
		Map<String, @Nullable Object> all = new LinkedHashMap<>(this.metadata);
		all.put(key, value);
		return new Score(this.name, this.value, all);
	}

	/**
	 * The same score with another name.
	 * @param name the name
	 * @return a new score
	 */
	public Score named(String name) {
		return new Score(name, this.value, this.metadata);
	}

}
