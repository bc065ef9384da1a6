package dev.braintrust.spring.eval.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import dev.braintrust.spring.eval.EvalAbortedException;
import dev.braintrust.spring.eval.ExperimentRunner.Plan;
import dev.braintrust.spring.eval.OnError;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.score.Scorer;
import dev.braintrust.spring.trace.route.Route;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a run that have ended, and whether the run is to end early.
 *
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 * @param <E> the type of the expected outputs
 */
final class EndedRows<I, O, E> {

	private final long start = System.nanoTime();

	private final Plan<I, O, E> plan;

	private final List<@Nullable RowResult<I, O, E>> rows;

	private int failed;

	private boolean succeeded;

	private @Nullable Throwable firstError;

	private boolean aborted;

	EndedRows(Plan<I, O, E> plan, int size) {
		this.plan = plan;
		this.rows = new ArrayList<>(Collections.nCopies(size, null));
	}

	// Add a row. Returns whether the run is to end, because all rows have failed so far.
	synchronized boolean add(int position, RowResult<I, O, E> row) {
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

	synchronized EndedExperiment<I, O, E> result(RunTarget target, Route route, boolean sent) {
		List<RowResult<I, O, E>> ended = new ArrayList<>(this.rows.size());
		for (RowResult<I, O, E> row : this.rows) {
			if (row != null) {
				ended.add(row);
			}
		}
		List<String> scorers = this.plan.scorers().stream().map(Scorer::name).toList();
		return new EndedExperiment<>(target, List.copyOf(ended),
				ScoreSummaries.of(scorers, ended, this.plan.onError() == OnError.SCORE_ZERO),
				Duration.ofNanos(System.nanoTime() - this.start), route.strays(), route.strayNames(), sent);
	}

	// Why the run ended early, if it did.
	synchronized @Nullable EvalAbortedException aborted(EndedExperiment<I, O, E> result) {
		Throwable first = this.firstError;
		return (this.aborted && first != null)
				? new EvalAbortedException(
						"The experiment '" + result.name() + "' of the Braintrust project '" + result.project()
								+ "' ended early: the first " + this.plan.abortAfter()
								+ " rows all failed, the first of them with " + first.getClass().getName(),
						result, first)
				: null;
	}

}
