package dev.braintrust.spring.eval.run;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * Runs code of the application for a limited time. When it is over the thread is
 * interrupted; code that ignores this for a second more is abandoned: its thread is left
 * to it, and others go on.
 */
final class TimedCall<T> {

	static final Duration GRACE = Duration.ofSeconds(1);

	private final Callable<T> code;

	private final ScheduledExecutorService clock;

	private @Nullable Thread thread;

	private @Nullable Exception interrupted;

	private boolean over;

	private @Nullable Runnable abandon;

	TimedCall(Callable<T> code, ScheduledExecutorService clock) {
		this.code = code;
		this.clock = clock;
	}

	// Run the code, unless it is abandoned meanwhile: then the thread has nothing else to
	// do.
	Outcome<T> run(Duration timeout, String what, @Nullable Runnable abandon) {
		synchronized (this) {
			if (this.interrupted != null) {
				return new Outcome<>(null, this.interrupted);
			}
			this.thread = Thread.currentThread();
			this.abandon = abandon;
		}
		return end(call(timeout, what));
	}

	// The clock may fail too, if there is no thread to be had.
	private Outcome<T> call(Duration timeout, String what) {
		Future<?> deadline = null;
		try {
			deadline = this.clock.schedule(
					() -> interrupt(new TimeoutException(what + " took longer than " + text(timeout))),
					timeout.toNanos(), TimeUnit.NANOSECONDS);
			return new Outcome<>(this.code.call(), null);
		}
		catch (Throwable ex) {
			return new Outcome<>(null, ex);
		}
		finally {
			if (deadline != null) {
				deadline.cancel(false);
			}
		}
	}

	private synchronized Outcome<T> end(Outcome<T> outcome) {
		if (this.over) {
			throw new AbandonedException();
		}
		this.over = true;
		Exception interrupted = this.interrupted;
		if (interrupted == null) {
			return outcome;
		}
		// The interrupt was ours, and is not for the code that follows.
		Thread.interrupted();
		if (outcome.error() != null) {
			interrupted.addSuppressed(outcome.error());
		}
		return new Outcome<>(null, interrupted);
	}

	// Interrupt the code for a reason, which is its failure from then on.
	void interrupt(Exception reason) {
		synchronized (this) {
			if (this.over || this.interrupted != null) {
				return;
			}
			this.interrupted = reason;
			if (this.thread == null) {
				return;
			}
			this.thread.interrupt();
			if (this.abandon == null) {
				return;
			}
		}
		try {
			this.clock.schedule(this::abandon, GRACE.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RuntimeException | Error ex) {
			// There is no thread to be had that would wait.
			abandon();
		}
	}

	private void abandon() {
		Runnable abandon;
		synchronized (this) {
			if (this.over || this.abandon == null) {
				return;
			}
			this.over = true;
			abandon = this.abandon;
		}
		abandon.run();
	}

	// Why it was interrupted.
	synchronized Exception reason() {
		return (this.interrupted != null) ? this.interrupted : new InterruptedException();
	}

	private static String text(Duration duration) {
		return (duration.toMillis() % 1000 == 0) ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
	}

	/**
	 * Ends a thread whose work was handed to another one.
	 */
	static final class AbandonedException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		AbandonedException() {
			super(null, null, false, false);
		}

	}

	/**
	 * What became of it: a value, or what was thrown.
	 *
	 * @param error what was thrown, or {@code null}
	 */
	record Outcome<T>(@Nullable T value, @Nullable Throwable error) {

	}

}
