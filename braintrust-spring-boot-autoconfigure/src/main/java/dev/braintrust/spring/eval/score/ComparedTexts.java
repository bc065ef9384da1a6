package dev.braintrust.spring.eval.score;

import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A scorer that compares the text of the output with that of what is expected. A value
 * that is no text is its compact JSON, with the properties of objects in the order of
 * their names.
 */
abstract class ComparedTexts implements Scorer<Object, Object, Object> {

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
		.build();

	private final String name;

	ComparedTexts(String name) {
		this.name = name;
	}

	@Override
	public final String name() {
		return this.name;
	}

	@Override
	public final List<Score> score(Scoring<?, ?, ?> it) {
		return List.of(Score.of(score(text(it.output()), text(it.expectedOrFail()))));
	}

	abstract double score(String output, String expected);

	static String text(@Nullable Object value) {
		// By way of maps, so that a record equals a map and a tree of JSON.
		return (value instanceof CharSequence text) ? text.toString()
				: MAPPER.writeValueAsString(MAPPER.convertValue(value, Object.class));
	}

}
