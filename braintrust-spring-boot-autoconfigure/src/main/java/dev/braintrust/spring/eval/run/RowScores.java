package dev.braintrust.spring.eval.run;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.eval.ExperimentRunner.Plan;
import dev.braintrust.spring.eval.OnError;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.run.TimedCall.Outcome;
import dev.braintrust.spring.eval.score.Score;
import dev.braintrust.spring.eval.score.Scorer;
import dev.braintrust.spring.eval.score.TokenUsage;
import io.opentelemetry.api.trace.SpanContext;
import org.jspecify.annotations.Nullable;

/**
 * Scores and classifies a row after its task has ended, one scorer after the other, and
 * builds the result of the row.
 */
final class RowScores<I, O, E> {

	private final Map<String, Score> scores = new LinkedHashMap<>();

	private final Map<String, Throwable> scorerErrors = new LinkedHashMap<>();

	private final RowRun<I, O, E> run;

	private final Plan<I, O, E> plan;

	private final RowTask<I, O, E> row;

	private final Outcome<O> outcome;

	private final int attempts;

	private final TokenUsage usage;

	private final ScoredRow<I, O, E> scored;

	private final CollectedTrace trace;

	private final RowClasses<I, O, E> classes;

	RowScores(RowRun<I, O, E> run, Plan<I, O, E> plan, RowTask<I, O, E> row, Outcome<O> outcome, int attempts,
			Duration duration, CollectedTrace trace, TokenUsage usage) {
		this.run = run;
		this.plan = plan;
		this.row = row;
		this.outcome = outcome;
		this.attempts = attempts;
		this.usage = usage;
		this.trace = trace;
		this.scored = new ScoredRow<>(run.slot().evalCase(), outcome.value(), row.metadata(), row.tags(),
				plan.parameters(), trace, duration, run.calls());
		this.classes = new RowClasses<>(run, plan.classifiers(), this.scored);
	}

	void run() {
		if (this.outcome.error() == null) {
			this.classes.begin();
		}
		score(0);
	}

	// Run the scorers from this index on.
	private void score(int number) {
		if (number == this.plan.scorers().size()) {
			scored();
			return;
		}
		Scorer<? super I, ? super O, ? super E> scorer = this.plan.scorers().get(number);
		if (this.outcome.error() != null) {
			scoreFailure(scorer.name());
			score(number + 1);
			return;
		}
		ScorerSpan span = ScorerSpan.score(this.run, scorer.name());
		this.run.call("The scorer '" + scorer.name() + "'",
				() -> span.within(this.scored, () -> scorer.score(this.scored.of(span.span()))), (outcome) -> {
					scored(scorer.name(), outcome, span);
					score(number + 1);
				});
	}

	private void scored() {
		if (this.outcome.error() == null) {
			this.classes.end(this::end);
		}
		else {
			end();
		}
	}

	// A failed task scores 0, so that an error never makes an experiment look better.
	private void scoreFailure(String scorer) {
		if (this.plan.onError() == OnError.SCORE_ZERO) {
			Score zero = Score.of(0).because("The task failed");
			this.scores.put(scorer, zero);
			ScorerSpan.score(this.run, scorer).scored(Map.of(scorer, zero));
		}
	}

	private void scored(String scorer, Outcome<List<Score>> outcome, ScorerSpan span) {
		try {
			if (outcome.error() != null) {
				throw outcome.error();
			}
			Map<String, Score> scores = checked(scorer, outcome.value());
			this.scores.putAll(scores);
			this.run.summaries().given(scorer, scores.keySet());
			span.scored(scores);
		}
		catch (Throwable ex) {
			this.scorerErrors.put(scorer, ex);
			span.failed(ex);
		}
	}

	// Accept the scores of a scorer only if all are valid.
	private Map<String, Score> checked(String scorer, @Nullable List<Score> scores) {
		if (scores == null) {
			throw new IllegalStateException("The scorer '" + scorer + "' returned null");
		}
		Map<String, Score> checked = new LinkedHashMap<>();
		for (Score score : scores) {
			String name = (score.name() != null) ? score.name() : scorer;
			Double value = score.value();
			if (value != null && !(value >= 0 && value <= 1)) {
				throw new IllegalStateException("The score '" + name + "' is " + value + " and not between 0 and 1");
			}
			if (this.scores.containsKey(name) || checked.put(name, score) != null) {
				throw new IllegalStateException("There are two scores '" + name + "'");
			}
		}
		return checked;
	}

	private void end() {
		ProjectSpan span = this.run.span();
		this.scored.metadata().forEach(span::metadata);
		span.tags(this.scored.tags().toArray(String[]::new));
		errors(span, "scorer_errors", this.scorerErrors);
		errors(span, "classifier_errors", this.classes.errors());
		if (!this.classes.classifications().isEmpty()) {
			this.run.tracer()
				.json(span, "braintrust.classifications",
						ScorerSpan.fields(this.classes.classifications(), this.run.tracer().tellsContent()));
		}
		if (this.outcome.error() != null) {
			span.recordException(this.outcome.error());
		}
		else {
			span.output(this.outcome.value());
		}
		this.run.end(result());
	}

	private void errors(ProjectSpan span, String key, Map<String, Throwable> errors) {
		if (!errors.isEmpty()) {
			Map<String, String> messages = new LinkedHashMap<>();
			boolean tells = this.run.tracer().tellsContent();
			errors.forEach((name, error) -> messages.put(name, tells ? message(error) : error.getClass().getName()));
			span.metadata(key, messages);
		}
	}

	// An exception of the application may itself fail in toString().
	private static String message(Throwable error) {
		try {
			return String.valueOf(error);
		}
		catch (Throwable ex) {
			return error.getClass().getName();
		}
	}

	private RowResult<I, O, E> result() {
		SpanContext span = this.run.span().getSpanContext();
		String traceId = (this.trace.problem() == null) ? span.getTraceId() : null;
		RowRun.Slot<I, E> slot = this.run.slot();
		URI page = this.run.calls().target().page(slot.index(), slot.trial(), span.getSpanId());
		return new RowResult<>(slot.index(), slot.trial(), slot.evalCase(), this.scored.metadata(), this.scored.tags(),
				this.plan.keepOutputs() ? this.outcome.value() : null, this.outcome.error(), this.attempts,
				this.scored.duration(), this.scores, this.scorerErrors, this.classes.classifications(),
				this.classes.errors(), this.usage, this.trace.all(), traceId, page);
	}

}
