package dev.braintrust.spring.eval.score;

import java.util.List;

import dev.braintrust.spring.eval.value.JsonSchema;
import dev.braintrust.spring.eval.value.JsonValues;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Scores 1 if the output is a JSON object or array, or matches a schema.
 *
 * @param schema the schema, or {@code null} to accept every object and array
 */
record ValidJson(JsonValues json, @Nullable JsonSchema schema) implements Scorer<Object, Object, Object> {

	@Override
	public String name() {
		return "validJson";
	}

	@Override
	public List<Score> score(Scoring<?, ?, ?> it) {
		Object output = it.output();
		JsonNode tree = (output instanceof CharSequence text) ? this.json.parse(text.toString())
				: this.json.tree(output);
		if (tree == null) {
			return List.of(Score.of(0).because("It is not JSON"));
		}
		if (this.schema == null) {
			return List
				.of(tree.isContainer() ? Score.of(1) : Score.of(0).because("It is neither an object nor an array"));
		}
		List<String> violated = this.schema.violatedBy(tree);
		return List.of(violated.isEmpty() ? Score.of(1)
				: Score.of(0).because("It does not match the schema: " + String.join(", ", violated)));
	}

}
