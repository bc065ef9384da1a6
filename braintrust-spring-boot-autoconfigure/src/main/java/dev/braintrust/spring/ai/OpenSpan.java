package dev.braintrust.spring.ai;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.linkage.CaptureGuard;
import org.jspecify.annotations.Nullable;

/**
 * A span that ends exactly once, with the content received until then: when its work
 * ends, or earlier. A cancelled stream ends from the outside to the inside, and a tool
 * may still run after the run that requested it has ended.
 */
public abstract class OpenSpan {

	private final CaptureGuard guard;

	private final ProjectSpan span;

	private final long startedAt = System.nanoTime();

	private final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();

	private final AtomicInteger underWay = new AtomicInteger();

	private boolean hasContent;

	private volatile boolean ended;

	protected OpenSpan(CaptureGuard guard, ProjectSpan span) {
		this.guard = guard;
		this.span = span;
	}

	public final ProjectSpan span() {
		return this.span;
	}

	public final boolean isEnded() {
		return this.ended;
	}

	// End the span without an error.
	public void end() {
		close(null);
	}

	public void fail(Throwable failure) {
		close(failure);
	}

	// Run a step after all earlier steps: read a part of an answer, or end the span,
	// maybe on another thread. If a step is running, its thread runs this step, too. So
	// no thread waits, and no lock is held while an answer runs application code.
	protected final void step(Runnable step) {
		this.steps.add(step);
		if (this.underWay.getAndIncrement() > 0) {
			return;
		}
		do {
			Runnable next = this.steps.poll();
			try {
				Objects.requireNonNull(next).run();
			}
			catch (Throwable ex) {
				this.guard.failed(ex);
			}
		}
		while (this.underWay.decrementAndGet() > 0);
	}

	// End the span unless it has ended. Return whether this call ended it.
	protected final boolean close(@Nullable Throwable failure) {
		boolean claimed = claim();
		if (claimed) {
			finish(failure);
		}
		return claimed;
	}

	// Claim the right to end the span. Only the first caller gets it.
	protected final synchronized boolean claim() {
		boolean claimed = !this.ended;
		this.ended = true;
		return claimed;
	}

	protected final void finish(@Nullable Throwable failure) {
		this.guard.observe(this::write);
		if (failure != null) {
			record(this.span, failure, this.guard);
		}
		this.span.end();
	}

	// Record an exception, even if reading it fails.
	public static void record(ProjectSpan span, Throwable failure, CaptureGuard guard) {
		guard.observe(() -> span.recordException(Failure.unwrap(failure)));
	}

	// Write the content received until now.
	protected abstract void write();

	// Record the time of the first part with content.
	protected final void contentCame() {
		if (!this.hasContent) {
			this.hasContent = true;
			long elapsed = System.nanoTime() - this.startedAt;
			this.span.metric("time_to_first_token", elapsed / (double) TimeUnit.SECONDS.toNanos(1));
		}
	}

}
