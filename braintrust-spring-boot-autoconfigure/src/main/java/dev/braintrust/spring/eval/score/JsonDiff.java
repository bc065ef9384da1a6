package dev.braintrust.spring.eval.score;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import dev.braintrust.spring.eval.value.JsonValues;
import dev.braintrust.spring.eval.value.Levenshtein;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.lang.Contract;
import org.springframework.util.Assert;

/**
 * Scores how similar the JSON of the output is to the JSON of the expected output.
 */
final class JsonDiff implements Scorer<Object, Object, Object> {

	private final JsonValues json = new JsonValues();

	private final long mostCells;

	JsonDiff() {
		this(Levenshtein.MAX_CELLS);
	}

	JsonDiff(long mostCells) {
		this.mostCells = mostCells;
	}

	@Override
	public String name() {
		return "jsonDiff";
	}

	@Override
	public List<Score> score(Scoring<?, ?, ?> it) {
		// A null output matches a case without expected output. Other outputs need one.
		boolean nothing = it.output() == null && it.expected() == null;
		return List.of(Score.of(nothing ? 1
				: new Comparison().similarity(this.json.tree(it.output()), this.json.tree(it.expectedOrFail()))));
	}

	@Contract("null -> true")
	private static boolean isNothing(@Nullable JsonNode value) {
		return value == null || value.isNull();
	}

	/**
	 * One comparison. The limit of compared characters applies to all its texts together.
	 */
	private final class Comparison {

		private long cells;

		private double similarity(@Nullable JsonNode output, @Nullable JsonNode expected) {
			if (isNothing(output) || isNothing(expected)) {
				return (isNothing(output) && isNothing(expected)) ? 1 : 0;
			}
			JsonNode one = JsonDiff.this.json.parsed(output);
			JsonNode other = JsonDiff.this.json.parsed(expected);
			if (one.isObject() && other.isObject()) {
				return ofObjects(one, other);
			}
			if (one.isArray() && other.isArray()) {
				return ofArrays(one, other);
			}
			if (one.isNumber() && other.isNumber()) {
				return ofNumbers(one, other);
			}
			if (one.isBoolean() && other.isBoolean()) {
				return one.equals(other) ? 1 : 0;
			}
			return (one.isString() && other.isString()) ? ofTexts(one.stringValue(), other.stringValue())
					: ofTexts(JsonDiff.this.json.compact(one), JsonDiff.this.json.compact(other));
		}

		private double ofObjects(JsonNode one, JsonNode other) {
			Set<String> names = new LinkedHashSet<>(one.propertyNames());
			names.addAll(other.propertyNames());
			double sum = 0;
			for (String name : names) {
				sum += similarity(one.get(name), other.get(name));
			}
			return names.isEmpty() ? 1 : sum / names.size();
		}

		private double ofArrays(JsonNode one, JsonNode other) {
			int longest = Math.max(one.size(), other.size());
			double sum = 0;
			for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
				sum += similarity(one.get(i), other.get(i));
			}
			return (longest == 0) ? 1 : sum / longest;
		}

		private double ofTexts(String one, String other) {
			if (one.equals(other)) {
				return 1;
			}
			this.cells += (long) one.length() * other.length();
			Assert.state(this.cells <= JsonDiff.this.mostCells,
					"The texts of the output and of the expected output are together too long for jsonDiff");
			return Levenshtein.similarity(one, other);
		}

		private static double ofNumbers(JsonNode one, JsonNode other) {
			if (JsonValues.same(one, other)) {
				return 1;
			}
			double output = one.asDouble();
			double expected = other.asDouble();
			return (Double.isFinite(output) && Double.isFinite(expected)) ? NumericDiff.similarity(output, expected)
					: 0;
		}

	}

}
