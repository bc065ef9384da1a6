package dev.braintrust.spring.eval.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import dev.braintrust.spring.eval.EvalAbortedException;
import dev.braintrust.spring.eval.ExperimentRunner.Plan;
import dev.braintrust.spring.eval.OnError;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.ScoreSummary;
import dev.braintrust.spring.eval.score.Scorer;
import dev.braintrust.spring.settings.Amount;
import dev.braintrust.spring.trace.RowTracer;
import dev.braintrust.spring.trace.route.RoutedRow;
import org.jspecify.annotations.Nullable;

/**
 * Collects the ended rows of a run and decides whether the run ends early.
 */
final class EndedRows<I, O, E> {

	private final long start = System.nanoTime();

	private final ScoreSummaries summaries = new ScoreSummaries();

	private final Plan<I, O, E> plan;

	private final RunOutcome<I, O, E> outcome;

	private final List<@Nullable RowResult<I, O, E>> rows;

	private final List<CompletableFuture<RowResult<I, O, E>>> futures;

	private int failed;

	private boolean succeeded;

	private @Nullable Throwable firstError;

	private boolean aborted;

	EndedRows(Plan<I, O, E> plan, int size, RunOutcome<I, O, E> outcome) {
		this.plan = plan;
		this.outcome = outcome;
		this.futures = Stream.generate(() -> new CompletableFuture<RowResult<I, O, E>>()).limit(size).toList();
		this.rows = new ArrayList<>(Collections.nCopies(size, null));
	}

	ScoreSummaries summaries() {
		return this.summaries;
	}

	// Add a row. Return whether to end the run early, because only failed rows
	// have ended.
	boolean add(int position, RowResult<I, O, E> row, List<RoutedRow.Ended> spans) {
		this.outcome.ended(row, spans);
		boolean aborted = add(position, row);
		// This may run code that waits for the row, so no lock is held.
		this.futures.get(position).complete(row);
		return aborted;
	}

	private synchronized boolean add(int position, RowResult<I, O, E> row) {
		this.rows.set(position, row);
		if (row.error() == null) {
			this.succeeded = true;
			return false;
		}
		this.firstError = (this.firstError != null) ? this.firstError : row.error();
		this.failed++;
		this.aborted |= this.plan.abortAfter() > 0 && this.failed >= this.plan.abortAfter() && !this.succeeded;
		return this.aborted;
	}

	EndedExperiment<I, O, E> result(RowTracer tracer) {
		boolean sent = this.outcome.sending().end();
		EndedExperiment<I, O, E> result = result(tracer, sent);
		this.outcome.publish(result);
		return result;
	}

	private synchronized EndedExperiment<I, O, E> result(RowTracer tracer, boolean sent) {
		List<RowResult<I, O, E>> ended = new ArrayList<>(this.rows.size());
		for (RowResult<I, O, E> row : this.rows) {
			if (row != null) {
				ended.add(row);
			}
		}
		List<String> scorers = this.plan.scorers().stream().map(Scorer::name).toList();
		Map<String, ScoreSummary> scores = this.summaries.of(scorers, ended, this.plan.onError() == OnError.SCORE_ZERO);
		Duration duration = Duration.ofNanos(System.nanoTime() - this.start);
		return new EndedExperiment<>(this.outcome.target(), List.copyOf(ended), this.rows.size() - ended.size(), scores,
				duration, tracer.route().strays(), tracer.route().strayNames(), sent, this.outcome,
				this.outcome.compare(ended, scores));
	}

	List<CompletableFuture<RowResult<I, O, E>>> futures() {
		return this.futures;
	}

	// Return the reason why the run ended early, or null.
	synchronized @Nullable EvalAbortedException aborted(EndedExperiment<I, O, E> result) {
		Throwable first = this.firstError;
		return (this.aborted && first != null) ? new EvalAbortedException("The experiment '" + result.name()
				+ "' of the Braintrust project '" + result.project() + "' ended early: no row succeeded, and "
				+ Amount.of(this.plan.abortAfter(), "row") + " failed, the first with " + first.getClass().getName(),
				result, first) : null;
	}

}
