package dev.braintrust.spring.eval.score;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.eval.value.BestPairs;
import dev.braintrust.spring.eval.value.JsonValues;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.util.Assert;
import org.springframework.util.ObjectUtils;

/**
 * Scores how similar the items of two lists are. Items are paired so that the sum of the
 * similarities is the largest.
 *
 * @param pairwise scores an item of the output against an expected item
 * @param extrasAllowed whether additional items of the output do not lower the score
 */
record ListContains(JsonValues json, Scorer<Object, Object, Object> pairwise,
		boolean extrasAllowed) implements Scorer<Object, Object, Object> {

	private static final long MAX_PAIRS = 1_000_000;

	@Override
	public String name() {
		return "listContains";
	}

	@Override
	public List<Score> score(Scoring<?, ?, ?> it) throws Exception {
		List<?> expected = list(it.expectedOrFail(), "The expected output");
		List<?> output = list(it.output(), "The output");
		if (output.isEmpty() || expected.isEmpty()) {
			boolean nothingMissing = expected.isEmpty() && (output.isEmpty() || this.extrasAllowed);
			return List.of(Score.of(nothingMissing ? 1 : 0));
		}
		Assert.state((long) output.size() * expected.size() <= MAX_PAIRS, () -> "Lists of " + output.size() + " and "
				+ expected.size() + " items make more than " + MAX_PAIRS + " pairs. Compare shorter ones.");
		double[][] similar = new double[output.size()][expected.size()];
		for (int i = 0; i < output.size(); i++) {
			for (int j = 0; j < expected.size(); j++) {
				similar[i][j] = similarity(new Pair(it, output.get(i), expected.get(j)));
			}
		}
		int whole = this.extrasAllowed ? expected.size() : Math.max(output.size(), expected.size());
		return List.of(Score.of(Math.min(1, BestPairs.sum(similar) / whole)));
	}

	private double similarity(Pair pair) throws Exception {
		List<Score> scores = this.pairwise.score(pair);
		Assert.state(scores.size() == 1,
				() -> "The scorer '" + this.pairwise.name() + "' of a pair gave " + scores.size() + " scores, not one");
		Double value = scores.get(0).value();
		Assert.state(value == null || (value >= 0 && value <= 1), () -> "The scorer '" + this.pairwise.name()
				+ "' of a pair gave " + value + ", which is not between 0 and 1");
		return (value != null) ? value : 0;
	}

	private List<?> list(@Nullable Object value, String what) {
		if (value instanceof Collection<?> items) {
			return new ArrayList<>(items);
		}
		if (value != null && value.getClass().isArray()) {
			return Arrays.asList(ObjectUtils.toObjectArray(value));
		}
		JsonNode tree = this.json.parsed(this.json.tree(value));
		Assert.state(tree.isArray(), () -> what + " is not a list, an array or a string with a JSON array");
		return new ArrayList<>(tree.values());
	}

	/**
	 * An item of the output and an expected item, passed to the scorer like a row.
	 */
	private record Pair(Scoring<?, ?, ?> row, @Nullable Object item,
			@Nullable Object other) implements Scoring<Object, Object, Object> {

		@Override
		public Object input() {
			return this.row.input();
		}

		@Override
		@SuppressWarnings("NullAway")
		public Object output() {
			return this.item;
		}

		@Override
		public @Nullable Object expected() {
			return this.other;
		}

		@Override
		public Object expectedOrFail() {
			Assert.state(this.other != null, "An item of the expected output is null");
			return this.other;
		}

		@Override
		public Map<String, @Nullable Object> metadata() {
			return this.row.metadata();
		}

		@Override
		public List<String> tags() {
			return this.row.tags();
		}

		@Override
		public EvalParameters parameters() {
			return this.row.parameters();
		}

		@Override
		public RowTrace trace() {
			return this.row.trace();
		}

		@Override
		public Duration duration() {
			return this.row.duration();
		}

	}

}
