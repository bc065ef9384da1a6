package dev.braintrust.spring.eval.run;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.EvalParameters;
import dev.braintrust.spring.eval.score.RowTrace;
import dev.braintrust.spring.eval.score.Scoring;
import org.jspecify.annotations.Nullable;

/**
 * The row that is passed to scorers.
 *
 * @param duration the duration of the task
 */
record ScoredRow<I, O, E>(EvalCase<I, E> evalCase, @Nullable O output, Map<String, @Nullable Object> metadata,
		List<String> tags, EvalParameters parameters, RowTrace trace, Duration duration,
		ScorerCalls calls) implements Scoring<I, O, E> {

	// Scorers are only called if the task succeeded, but its output may be null.
	@Override
	@SuppressWarnings("NullAway")
	public O output() {
		return this.output;
	}

	@Override
	public I input() {
		return this.evalCase.input();
	}

	@Override
	public @Nullable E expected() {
		return this.evalCase.expected();
	}

	@Override
	public E expectedOrFail() {
		E expected = expected();
		if (expected == null) {
			throw new IllegalStateException("The case has no expected output");
		}
		return expected;
	}

	@Override
	public <T> T traced(String name, T client) {
		return this.calls.traced(name, client);
	}

	@Override
	public @Nullable Object invoke(String slug, @Nullable String version) {
		return this.calls.invoke(slug, version, this.parameters.asMap());
	}

	// Return the same row for a scorer with the given span.
	ScoredRow<I, O, E> of(ProjectSpan span) {
		return new ScoredRow<>(this.evalCase, this.output, this.metadata, this.tags, this.parameters, this.trace,
				this.duration, this.calls.of(span));
	}

}
