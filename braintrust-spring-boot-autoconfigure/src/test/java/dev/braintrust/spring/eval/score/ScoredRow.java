package dev.braintrust.spring.eval.score;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A row for tests of scorers.
 *
 * @param input the input
 * @param output the output
 * @param expected the expected output
 * @param metadata the metadata
 * @param trace the trace
 */
record ScoredRow(Object input, Object output, @Nullable Object expected, Map<String, @Nullable Object> metadata,
		RowTrace trace) implements Scoring<Object, Object, Object> {

	private static final RowTrace EMPTY = new RowTrace() {

		@Override
		public List<RowSpan> spans() {
			return List.of();
		}

		@Override
		public TokenUsage usage() {
			return TokenUsage.NONE;
		}

	};

	static ScoredRow of(Object output, @Nullable Object expected) {
		return of("input", output, expected, Map.of());
	}

	static ScoredRow of(Object input, Object output, @Nullable Object expected,
			Map<String, @Nullable Object> metadata) {
		return new ScoredRow(input, output, expected, metadata, EMPTY);
	}

	static Double score(Scorer<Object, Object, Object> scorer, Object output, @Nullable Object expected)
			throws Exception {
		List<Score> scores = scorer.score(of(output, expected));
		return scores.get(0).value();
	}

	@Override
	public Object expectedOrFail() {
		if (this.expected == null) {
			throw new IllegalStateException("nothing is expected");
		}
		return this.expected;
	}

	@Override
	public List<String> tags() {
		return List.of();
	}

	@Override
	public EvalParameters parameters() {
		return EvalParameters.of(Map.of());
	}

	@Override
	public Duration duration() {
		return Duration.ZERO;
	}

}
