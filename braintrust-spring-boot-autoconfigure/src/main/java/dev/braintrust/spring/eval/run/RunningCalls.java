package dev.braintrust.spring.eval.run;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;

import dev.braintrust.spring.api.BackgroundThreads;
import dev.braintrust.spring.eval.run.TimedCall.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The running calls of application code in a run. Cancelling the run interrupts all of
 * them. Thread-safe.
 */
final class RunningCalls implements AutoCloseable {

	private final Set<TimedCall<?>> calls = ConcurrentHashMap.newKeySet();

	private final ScheduledExecutorService clock = BackgroundThreads.clock("braintrust-eval-clock");

	private volatile boolean cancelled;

	// Return the scheduler for time limits and the progress.
	ScheduledExecutorService clock() {
		return this.clock;
	}

	<T> TimedCall<T> timed(Callable<T> code) {
		return new TimedCall<>(code, this.clock);
	}

	<T> Outcome<T> run(TimedCall<T> call, Duration timeout, String what, @Nullable Runnable abandoned) {
		this.calls.add(call);
		try {
			return this.cancelled ? new Outcome<>(null, cancellation()) : call.run(timeout, what, abandoned);
		}
		finally {
			this.calls.remove(call);
		}
	}

	void cancel() {
		this.cancelled = true;
		this.calls.forEach((call) -> call.interrupt(cancellation()));
	}

	private static CancellationException cancellation() {
		return new CancellationException("The experiment was cancelled");
	}

	@Override
	public void close() {
		this.clock.shutdownNow();
	}

}
