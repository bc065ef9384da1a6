package dev.braintrust.spring.content;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * What observes a call goes through here, so that a failure of it never becomes a failure
 * of the call: it is said once for what is observed, without its message, which could
 * hold a prompt.
 */
public abstract class CaptureGuard {

	private final AtomicBoolean failed = new AtomicBoolean();

	private final Log logger;

	private final String observed;

	/**
	 * Create a guard.
	 * @param logger what says a failure
	 * @param observed what is observed, such as {@code ChatClient 'support'}
	 */
	protected CaptureGuard(Log logger, String observed) {
		this.logger = logger;
		this.observed = observed;
	}

	/**
	 * Observe.
	 * @param observation the observation
	 */
	public final void observe(Runnable observation) {
		try {
			observation.run();
		}
		catch (RuntimeException | LinkageError ex) {
			failed(ex);
		}
	}

	/**
	 * Observe and return what was seen.
	 * @param observation the observation
	 * @param <T> the type of what it sees
	 * @return what it saw, or {@code null} where it failed or saw nothing
	 */
	public final <T> @Nullable T see(Supplier<? extends @Nullable T> observation) {
		try {
			return observation.get();
		}
		catch (RuntimeException | LinkageError ex) {
			failed(ex);
			return null;
		}
	}

	/**
	 * An observation has failed.
	 * @param failure why
	 */
	public final void failed(Throwable failure) {
		if (this.failed.compareAndSet(false, true)) {
			StackTraceElement[] stack = failure.getStackTrace();
			this.logger.warn("Spans of the " + this.observed + " are incomplete: " + failure.getClass().getName()
					+ ((stack.length > 0) ? " at " + stack[0] : "") + ". Its calls go on. This is said once.");
		}
	}

}
