package dev.braintrust.spring.ai.chat;

import java.util.concurrent.atomic.AtomicBoolean;

import dev.braintrust.spring.ai.ModelCallContext;
import dev.braintrust.spring.trace.ProjectContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Schedulers;

/**
 * The contexts in which a run is current. Everything that others have put into a context
 * stays.
 */
final class RunContext {

	private static final ContextKey<Object> KEY = ContextKey.named("braintrust-run");

	// The value of a key cannot be removed, and OpenTelemetry warns of null.
	private static final Object NONE = new Object();

	private RunContext() {
	}

	// The run that is current on this thread.
	static @Nullable AgentRun current() {
		return (Context.current().get(KEY) instanceof AgentRun run) ? run : null;
	}

	static boolean isCurrent(AgentRun run, Context context) {
		return context.get(KEY) == run;
	}

	// What a model calls inside of its stream is a part of the call of the model.
	static Scope makeCurrent(AgentRun run) {
		Context context = Context.current().with(run.span()).with(KEY, run);
		return ModelCallContext.with(context, run.tracing().tracer(), () -> run.modelCall() == null).makeCurrent();
	}

	// A context in which a run is current, with the spans that were current for all
	// projects elsewhere.
	static Context carried(AgentRun run, Context context, Context source) {
		return ProjectContext.merge(context, source).with(KEY, run);
	}

	// Do work on another thread while a run is current, and the spans that are current
	// for all projects now. The span of the application stays that of the other thread.
	static Runnable carry(AgentRun run, Runnable work) {
		Context scheduled = Context.current();
		return () -> {
			if (run.isEnded()) {
				work.run();
				return;
			}
			try (Scope ignored = carried(run, Context.current(), scheduled).makeCurrent()) {
				work.run();
			}
		};
	}

	// A context in which what surrounds a run is current in its place.
	static Context outside(AgentRun run, Context context) {
		Object around = run.parent().get(KEY);
		return ModelCallContext.outside(ProjectContext.replace(context, run.parent()), run.parent())
			.with(KEY, (around != null) ? around : NONE);
	}

	/**
	 * Carries the run of a stream to the threads that Reactor schedules work on: advisors
	 * of Spring AI change the thread before they do theirs. Work that is scheduled
	 * outside of the runs of this object is left as it is.
	 * <p>
	 * Reactor keeps such hooks for all of the JVM. This one is there from the first
	 * stream on, and until the application context closes.
	 */
	static final class ScheduledRuns implements AutoCloseable {

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
			AgentRun run = current();
			return (run != null && run.tracing().scheduledRuns() == this && !run.isEnded())
					? RunContext.carry(run, task) : task;
		}

		@Override
		public synchronized void close() {
			this.open.set(false);
			if (this.hooked) {
				Schedulers.resetOnScheduleHook(this.key);
			}
		}

	}

}
