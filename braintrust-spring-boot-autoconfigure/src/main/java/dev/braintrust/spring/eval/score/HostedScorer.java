package dev.braintrust.spring.eval.score;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A scorer of the project in Braintrust. Braintrust runs it with the recorded input,
 * output, expected output and metadata of a row, so it only works in experiments that are
 * sent.
 * <p>
 * A single score gets the name of the scorer, several scores get the names in
 * Braintrust's response. A response without a score is a scorer error.
 *
 * @param slug the slug of the scorer in Braintrust, or its id
 * @param version its version, or {@code null} for the latest
 * @param name the name of the scorer in experiments
 * @see Scorers#braintrust(String)
 */
public record HostedScorer(String slug, @Nullable String version,
		String name) implements Scorer<Object, Object, Object> {

	private static final String SCORE = "score";

	public HostedScorer {
		Assert.hasText(slug, "'slug' must not be empty");
		Assert.isTrue(version == null || !version.isBlank(), "'version' must not be empty");
		Assert.hasText(name, "'name' must not be empty");
	}

	@Override
	public HostedScorer named(String name) {
		return new HostedScorer(this.slug, this.version, name);
	}

	@Override
	public List<Score> score(Scoring<?, ?, ?> it) {
		Object answer = it.invoke(this.slug, this.version);
		if (answer instanceof List<?> all) {
			return all.stream().map((each) -> score(each, true)).toList();
		}
		return List.of(score(answer, false));
	}

	private Score score(@Nullable Object answer, boolean named) {
		if (answer == null) {
			return Score.skipped();
		}
		if (answer instanceof Number number) {
			return Score.of(number.doubleValue());
		}
		Assert.state(answer instanceof Map<?, ?> fields && fields.containsKey(SCORE), this::noScore);
		Map<?, ?> fields = (Map<?, ?>) answer;
		Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
		if (fields.get("metadata") instanceof Map<?, ?> given) {
			given.forEach((key, value) -> metadata.put(String.valueOf(key), value));
		}
		Object value = fields.get(SCORE);
		return new Score((named && fields.get("name") instanceof String own && !own.isBlank()) ? own : null,
				(value != null) ? number(value) : choice(metadata.get("choice")), metadata);
	}

	private Double number(Object value) {
		Assert.state(value instanceof Number, this::noScore);
		return ((Number) value).doubleValue();
	}

	// A judge in Braintrust may respond with a number as its choice, which is text.
	private static @Nullable Double choice(@Nullable Object choice) {
		try {
			return (choice instanceof Number || choice instanceof String) ? Double.valueOf(choice.toString()) : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	// The response may contain content, so it is not quoted. Instead of a slug, a
	// playground may pass the function itself as JSON.
	private String noScore() {
		return "The hosted scorer '" + (this.slug.startsWith("{") ? this.name : this.slug) + "' did not return a score";
	}

}
