package dev.braintrust.spring.eval.run;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * Runs code of the application with a time limit. After the limit, its thread is
 * interrupted. Code that ignores the interrupt for one more second is abandoned: it keeps
 * its thread, and the run continues on another one.
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

	// Run the code. If it was abandoned meanwhile, throw an AbandonedException to end
	// this thread.
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

	// The clock may also fail, if no thread can be created.
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
		// Clear our own interrupt, which is not meant for the following code.
		Thread.interrupted();
		if (outcome.error() != null) {
			interrupted.addSuppressed(outcome.error());
		}
		return new Outcome<>(null, interrupted);
	}

	// Interrupt the code. The reason becomes the error of the call.
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
			// No thread can be created to wait for the grace period.
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

	// Return the reason of the interrupt.
	synchronized Exception reason() {
		return (this.interrupted != null) ? this.interrupted : new InterruptedException();
	}

	private static String text(Duration duration) {
		return (duration.toMillis() % 1000 == 0) ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
	}

	/**
	 * Ends a thread whose lane continues on another thread.
	 */
	static final class AbandonedException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		AbandonedException() {
			super(null, null, false, false);
		}

	}

	/**
	 * The outcome of a call: a value or an error.
	 *
	 * @param error the thrown error, or {@code null}
	 */
	record Outcome<T>(@Nullable T value, @Nullable Throwable error) {

	}

}
