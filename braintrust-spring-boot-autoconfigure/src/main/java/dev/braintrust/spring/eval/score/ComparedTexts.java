package dev.braintrust.spring.eval.score;

import java.util.List;

import dev.braintrust.spring.eval.value.JsonValues;

/**
 * Compares the text of the output with the text of the expected output. Other values are
 * compared as compact JSON with sorted properties. An output of {@code null} has no text
 * and scores 0.
 */
record ComparedTexts(String name, JsonValues json, Comparison comparison) implements Scorer<Object, Object, Object> {

	static ComparedTexts of(String name, Comparison comparison) {
		return new ComparedTexts(name, new JsonValues(), comparison);
	}

	@Override
	public List<Score> score(Scoring<?, ?, ?> it) {
		String expected = this.json.text(it.expectedOrFail());
		Object output = it.output();
		return List.of(Score.of((output != null) ? this.comparison.score(this.json.text(output), expected) : 0));
	}

	/**
	 * Compares two texts.
	 */
	@FunctionalInterface
	interface Comparison {

		double score(String output, String expected);

	}

}
