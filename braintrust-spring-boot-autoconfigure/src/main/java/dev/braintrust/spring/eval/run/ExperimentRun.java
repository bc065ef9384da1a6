package dev.braintrust.spring.eval.run;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.ExperimentRunner.Plan;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.RunningExperiment;
import dev.braintrust.spring.eval.run.TimedCall.Outcome;
import dev.braintrust.spring.trace.RowTracer;
import dev.braintrust.spring.trace.route.RoutedRow;
import org.jspecify.annotations.Nullable;

/**
 * Runs the rows of one experiment on several lanes, one for each concurrent row. A lane
 * uses one thread at a time. If code of the application must be abandoned, the lane
 * continues on a new thread.
 */
final class ExperimentRun<I, O, E> implements RunningExperiment<I, O, E> {

	private final CompletableFuture<ExperimentResult<I, O, E>> result = new CompletableFuture<>();

	private final RunningCalls calls = new RunningCalls();

	private final RowThreads threads;

	private final AtomicInteger next = new AtomicInteger();

	private final AtomicInteger lanes = new AtomicInteger();

	private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();

	private final EndedRows<I, O, E> ended;

	private final Plan<I, O, E> plan;

	private final List<RowRun.Slot<I, E>> rows;

	private final RowTracer tracer;

	private final ScorerCalls scorerCalls;

	private final RowSending sending;

	private final Consumer<ExperimentRun<?, ?, ?>> over;

	private volatile boolean here;

	private volatile boolean cancelled;

	ExperimentRun(Plan<I, O, E> plan, List<RowRun.Slot<I, E>> rows, RowTracer tracer, RunOutcome<I, O, E> outcome,
			ScorerCalls scorerCalls, RowThreads threads, Consumer<ExperimentRun<?, ?, ?>> over) {
		this.plan = plan;
		this.rows = rows;
		this.tracer = tracer;
		this.scorerCalls = scorerCalls;
		this.over = over;
		this.sending = outcome.sending();
		this.ended = new EndedRows<>(plan, rows.size(), outcome);
		this.threads = threads;
		outcome.start(this.calls.clock());
	}

	// Run all rows on this thread.
	void runHere() {
		this.here = true;
		this.lanes.set(1);
		lane(this::checkInterrupt);
	}

	// Run all rows on the run's own threads.
	void start() {
		int lanes = Math.min(this.plan.maxConcurrency(), this.rows.size());
		this.lanes.set(lanes);
		for (int i = 0; i < lanes; i++) {
			proceed(this::checkInterrupt);
		}
	}

	// Continue a row and its lane on another thread.
	void proceed(Runnable row) {
		beside(() -> lane(row));
	}

	// Run a part of a row on another thread. Without one, the rest of the row calls no
	// code of the application after the cancel, so it can end on this thread.
	void beside(Runnable part) {
		this.threads.start(part, this::fail);
	}

	// Whether the rows run on the run's own threads.
	boolean hasThreads() {
		return !this.here;
	}

	private void fail(Throwable failure) {
		this.broken.compareAndSet(null, failure);
		cancel();
	}

	private void lane(Runnable begun) {
		try {
			begun.run();
			for (RowRun.Slot<I, E> slot = next(); slot != null; slot = next()) {
				new RowRun<>(this, this.plan, slot, this.tracer, this.scorerCalls).run();
			}
		}
		catch (TimedCall.AbandonedException ex) {
			// The lane continues on another thread.
			return;
		}
		catch (Throwable ex) {
			fail(ex);
		}
		if (this.lanes.decrementAndGet() == 0) {
			end();
		}
	}

	private RowRun.@Nullable Slot<I, E> next() {
		while (!this.cancelled && !this.sending.hasRoom()) {
			pause(1, TimeUnit.MILLISECONDS);
		}
		int position = this.cancelled ? this.rows.size() : this.next.getAndIncrement();
		return (position < this.rows.size()) ? this.rows.get(position) : null;
	}

	private void checkInterrupt() {
		if (this.here && Thread.currentThread().isInterrupted()) {
			cancel();
		}
	}

	<T> TimedCall<T> timed(Callable<T> code) {
		return this.calls.timed(code);
	}

	<T> Outcome<T> call(TimedCall<T> call, String what, Runnable abandoned) {
		Outcome<T> outcome = this.calls.run(call, this.plan.timeout(), what, this.here ? null : abandoned);
		if (this.here && outcome.error() instanceof InterruptedException) {
			Thread.currentThread().interrupt();
		}
		checkInterrupt();
		return outcome;
	}

	// Wait before the next attempt. Return false if the run was cancelled.
	boolean pause(long time, TimeUnit unit) {
		long end = System.nanoTime() + unit.toNanos(time);
		for (long left = end - System.nanoTime(); left > 0 && !this.cancelled; left = end - System.nanoTime()) {
			LockSupport.parkNanos(this, Math.min(left, TimeUnit.MILLISECONDS.toNanos(20)));
			checkInterrupt();
		}
		return !this.cancelled;
	}

	ScoreSummaries summaries() {
		return this.ended.summaries();
	}

	void ended(int position, RowResult<I, O, E> row, List<RoutedRow.Ended> spans) {
		// A row that was cancelled before its end has no result.
		boolean whole = !(this.cancelled && row.error() instanceof CancellationException);
		if (whole && this.ended.add(position, row, spans)) {
			cancel();
		}
	}

	@Override
	public void cancel() {
		this.cancelled = true;
		this.calls.cancel();
	}

	// The result is completed last, after all resources of the run are released.
	private void end() {
		EndedExperiment<I, O, E> result = null;
		try {
			result = this.ended.result(this.tracer);
			this.broken.compareAndSet(null, this.ended.aborted(result));
		}
		catch (Throwable ex) {
			this.broken.compareAndSet(null, ex);
		}
		finally {
			this.tracer.close();
			this.calls.close();
			this.over.accept(this);
		}
		Throwable failure = this.broken.get();
		if (failure != null) {
			this.result.completeExceptionally(failure);
		}
		else {
			this.result.complete(result);
		}
	}

	CompletableFuture<ExperimentResult<I, O, E>> result() {
		return this.result;
	}

	@Override
	public List<CompletableFuture<RowResult<I, O, E>>> rows() {
		return this.ended.futures();
	}

	@Override
	public boolean isDone() {
		return this.result.isDone();
	}

	@Override
	public ExperimentResult<I, O, E> join() {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return this.result.get();
				}
				catch (InterruptedException ex) {
					interrupted = true;
					cancel();
				}
			}
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException failure) {
				throw failure;
			}
			throw new IllegalStateException(ex.getCause());
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
