package dev.braintrust.spring.eval.score;

import java.util.List;

import dev.braintrust.spring.eval.value.JsonValues;
import tools.jackson.databind.JsonNode;

/**
 * Scores 1 if the output equals the expected output.
 */
final class ExactMatch implements Scorer<Object, Object, Object> {

	private final JsonValues json = new JsonValues();

	@Override
	public String name() {
		return "exactMatch";
	}

	@Override
	public List<Score> score(Scoring<?, ?, ?> it) {
		// A null output matches a case without expected output. Other outputs need one.
		boolean nothing = it.output() == null && it.expected() == null;
		return List.of(Score.of((nothing || matches(it.output(), it.expectedOrFail())) ? 1 : 0));
	}

	private boolean matches(Object output, Object expected) {
		JsonNode one = this.json.tree(output);
		JsonNode other = this.json.tree(expected);
		if (one.isNull() || other.isNull()) {
			return one.isNull() && other.isNull();
		}
		if (one.isContainer() != other.isContainer()) {
			return JsonValues.same(this.json.parsed(one), this.json.parsed(other));
		}
		if (one.isString() != other.isString()) {
			return this.json.text(one).equals(this.json.text(other));
		}
		return JsonValues.same(one, other);
	}

}
