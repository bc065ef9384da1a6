package dev.braintrust.spring.ai.chat;

import java.util.concurrent.atomic.AtomicBoolean;

import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Schedulers;

/**
 * Carries the run of a stream to the threads that Reactor schedules work on: advisors of
 * Spring AI change the thread before they do theirs. Work that is scheduled outside of
 * the runs of this object is left as it is.
 * <p>
 * Reactor keeps such hooks for all of the JVM. This one is there from the first stream
 * on, and until the application context closes.
 */
final class ScheduledRuns implements AutoCloseable {

	private final String key = "braintrust-" + Integer.toHexString(System.identityHashCode(this));

	private final AtomicBoolean open = new AtomicBoolean(true);

	private volatile boolean hooked;

	void start() {
		if (!this.hooked && this.open.get() && !Hooks.isAutomaticContextPropagationEnabled()) {
			synchronized (this) {
				if (!this.hooked && this.open.get()) {
					Schedulers.onScheduleHook(this.key, this::carry);
					this.hooked = true;
				}
			}
		}
	}

	private Runnable carry(Runnable task) {
		AgentRun run = RunContext.current();
		return (run != null && run.tracing().scheduledRuns() == this && !run.isEnded()) ? RunContext.carry(run, task)
				: task;
	}

	@Override
	public synchronized void close() {
		this.open.set(false);
		if (this.hooked) {
			Schedulers.resetOnScheduleHook(this.key);
		}
	}

}
