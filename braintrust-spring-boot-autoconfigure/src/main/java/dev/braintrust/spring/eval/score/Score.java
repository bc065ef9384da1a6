package dev.braintrust.spring.eval.score;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A score of one row and its explanation.
 *
 * <pre>
 * Score.of(0.5).because("names the order, but not the amount")
 * </pre>
 *
 * @param name the name of the score, or {@code null} for the name of its scorer
 * @param value the value from 0 to 1, or {@code null} if the row is skipped; a value
 * outside of this range is a scorer error
 * @param metadata the explanation of the score
 */
public record Score(@Nullable String name, @Nullable Double value, Map<String, @Nullable Object> metadata) {

	private static final String RATIONALE = "rationale";

	public Score {
		Assert.isTrue(name == null || !name.isBlank(), "'name' must be null or not empty");
		metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
	}

	/**
	 * Create a score with the name of its scorer.
	 * @param value the value, from 0 to 1
	 * @return the score
	 */
	public static Score of(double value) {
		return new Score(null, value, Map.of());
	}

	/**
	 * Create a score with its own name, for a scorer that returns several scores.
	 * @param name the name
	 * @param value the value, from 0 to 1
	 * @return the score
	 */
	public static Score of(String name, double value) {
		return new Score(name, value, Map.of());
	}

	/**
	 * Create the score of a row that the scorer does not apply to. It counts as skipped
	 * and does not affect the mean.
	 * @return the score
	 */
	public static Score skipped() {
		return new Score(null, null, Map.of());
	}

	/**
	 * Return the same score with a reason for people ({@code metadata.rationale}).
	 * @param rationale the reason
	 * @return a new score
	 */
	public Score because(String rationale) {
		return metadata(RATIONALE, rationale);
	}

	/**
	 * The reason that was set with {@link #because}.
	 * @return the reason, or {@code null} if absent
	 */
	public @Nullable String rationale() {
		return (this.metadata.get(RATIONALE) instanceof String rationale) ? rationale : null;
	}

	/**
	 * Return the same score with one more metadata field.
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
	 * Return the same score with another name.
	 * @param name the name
	 * @return a new score
	 */
	public Score named(String name) {
		return new Score(name, this.value, this.metadata);
	}

}
