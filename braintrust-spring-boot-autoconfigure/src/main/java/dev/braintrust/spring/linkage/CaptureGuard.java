package dev.braintrust.spring.linkage;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.linkage.ProjectSwitch.SwitchedTracer;
import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * Guards everything that observes a call, so that a failed observation never fails the
 * call. The failure is logged once for each observed object, without its message, which
 * could contain a prompt. A {@link LinkageError} switches the project off; from then on
 * nothing is observed.
 */
public abstract class CaptureGuard {

	private final AtomicBoolean failed = new AtomicBoolean();

	private final Log logger;

	private final String observed;

	private final @Nullable ProjectSwitch projectSwitch;

	protected CaptureGuard(Log logger, String observed, ProjectTracer tracer) {
		this(logger, observed, (tracer instanceof SwitchedTracer switched) ? switched.projectSwitch() : null);
	}

	protected CaptureGuard(Log logger, String observed, @Nullable ProjectSwitch projectSwitch) {
		this.logger = logger;
		this.observed = observed;
		this.projectSwitch = projectSwitch;
	}

	// Whether the project is switched off. Nothing is observed then.
	public final boolean isOff() {
		return this.projectSwitch != null && this.projectSwitch.isOff();
	}

	public final void observe(Runnable observation) {
		if (isOff()) {
			return;
		}
		try {
			observation.run();
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	// Return the result of an observation, or null if it fails.
	public final <T> @Nullable T see(Supplier<? extends @Nullable T> observation) {
		if (isOff()) {
			return null;
		}
		try {
			return observation.get();
		}
		catch (Throwable ex) {
			failed(ex);
			return null;
		}
	}

	// Return the result of an observation, or a default.
	public final <T> T see(Supplier<? extends @Nullable T> observation, T otherwise) {
		T seen = see(observation);
		return (seen != null) ? seen : otherwise;
	}

	// An observation has failed. Pass only failures of our own code: exceptions of the
	// application's work belong to the application.
	public final void failed(Throwable failure) {
		// Do not log at the end of the stack: a class that is first used there stays
		// broken, in the JDK and in the logging library too.
		if (failure instanceof StackOverflowError) {
			return;
		}
		try {
			log(failure);
		}
		catch (Throwable ex) {
			// A failing log must not fail anything else.
		}
	}

	private void log(Throwable failure) {
		if (failure instanceof InterruptedException) {
			Thread.currentThread().interrupt();
		}
		if (failure instanceof LinkageError error && this.projectSwitch != null) {
			this.projectSwitch.incompatible(error);
		}
		else if (this.failed.compareAndSet(false, true)) {
			StackTraceElement[] stack = failure.getStackTrace();
			this.logger.warn("Spans of the " + this.observed + " are incomplete: " + failure.getClass().getName()
					+ ((stack.length > 0) ? " at " + stack[0] : "") + ". Its calls continue. This is logged once.");
		}
	}

}
