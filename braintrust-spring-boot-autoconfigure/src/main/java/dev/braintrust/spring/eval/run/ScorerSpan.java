package dev.braintrust.spring.eval.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.eval.score.Classification;
import dev.braintrust.spring.eval.score.Score;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.trace.RowTracer;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

/**
 * The span of a scorer or a classifier.
 */
final class ScorerSpan {

	private static final String SCORE = "score";

	// The metadata field that Score.because(…) sets.
	private static final String RATIONALE = "rationale";

	private final RowTracer tracer;

	private final ProjectSettings.Capture capture;

	private final ProjectSpan span;

	private ScorerSpan(RowRun<?, ?, ?> run, ProjectSpan span) {
		this.tracer = run.tracer();
		this.capture = this.tracer.capture();
		this.span = span;
	}

	static ScorerSpan score(RowRun<?, ?, ?> run, String scorer) {
		return new ScorerSpan(run, run.tracer().score(run.span(), scorer).startSpan());
	}

	static ScorerSpan classifier(RowRun<?, ?, ?> run, String classifier) {
		return new ScorerSpan(run, run.tracer().classifier(run.span(), classifier).startSpan());
	}

	ProjectSpan span() {
		return this.span;
	}

	<T> T within(ScoredRow<?, ?, ?> row, Callable<T> work) throws Exception {
		try (Scope scope = this.span.makeCurrent()) {
			if (this.capture.input()) {
				this.span.input(input(row));
			}
			return work.call();
		}
	}

	// Content that the project does not capture is omitted here too.
	private Map<String, @Nullable Object> input(ScoredRow<?, ?, ?> row) {
		Map<String, @Nullable Object> input = new LinkedHashMap<>();
		input.put("input", row.input());
		if (this.capture.output()) {
			input.put("output", row.output());
		}
		input.put("expected", row.expected());
		input.put("metadata", row.metadata());
		input.put("tags", row.tags());
		return input;
	}

	void scored(Map<String, Score> scores) {
		Map<String, Object> output = new LinkedHashMap<>();
		scores.forEach((name, score) -> {
			Map<String, @Nullable Object> value = new LinkedHashMap<>();
			value.put(SCORE, score.value());
			output.put(name, value);
			if (score.value() != null) {
				this.span.score(name, score.value());
			}
			Map<String, @Nullable Object> explanation = explanation(score);
			if (scores.size() == 1) {
				explanation.forEach((key, explained) -> this.tracer.explanation(this.span, key, explained));
			}
			else if (!explanation.isEmpty()) {
				this.tracer.explanation(this.span, name, explanation);
			}
		});
		this.span.output((output.size() == 1) ? output.values().iterator().next() : output);
		this.span.end();
	}

	// A rationale may quote the input or the output.
	private Map<String, @Nullable Object> explanation(Score score) {
		Map<String, @Nullable Object> explanation = new LinkedHashMap<>(score.metadata());
		if (!this.capture.input() || !this.capture.output()) {
			explanation.remove(RATIONALE);
		}
		return explanation;
	}

	void classified(Map<String, List<Classification>> classifications) {
		this.span.output(fields(classifications, this.capture.input() && this.capture.output()));
		this.span.end();
	}

	void failed(Throwable error) {
		this.span.recordException(error);
		this.span.end();
	}

	// The metadata of a class may quote the input or the output.
	static Map<String, List<Map<String, Object>>> fields(Map<String, List<Classification>> classifications,
			boolean explained) {
		Map<String, List<Map<String, Object>>> fields = new LinkedHashMap<>();
		classifications.forEach((name, classes) -> fields.put(name, classes.stream().map((each) -> {
			Map<String, Object> all = new LinkedHashMap<>(each.toFields());
			if (!explained) {
				all.remove("metadata");
			}
			return all;
		}).toList()));
		return fields;
	}

}
