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
 * Creates contexts in which a run is current. All other values of a context are kept.
 */
final class RunContext {

	private static final ContextKey<Object> KEY = ContextKey.named("braintrust-run");

	// The value of a key cannot be removed, and OpenTelemetry warns about null.
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

	// Calls that a model makes inside its stream are part of the model call.
	static Scope makeCurrent(AgentRun run) {
		Context context = Context.current().with(run.span()).with(KEY, run);
		return ModelCallContext.with(context, run.tracing().tracer(), () -> run.modelCall() == null).makeCurrent();
	}

	// Return a context in which a run is current, with the current spans of all projects
	// in the source context.
	static Context carried(AgentRun run, Context context, Context source) {
		return ProjectContext.merge(context, source).with(KEY, run);
	}

	// Carry a run to another thread, with the current spans of all projects. The current
	// span of the application there is not changed.
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

	// Return a context in which the surroundings of a run are current instead of the run.
	static Context outside(AgentRun run, Context context) {
		Object around = run.parent().get(KEY);
		return ModelCallContext.outside(ProjectContext.replace(context, run.parent()), run.parent())
			.with(KEY, (around != null) ? around : NONE);
	}

	/**
	 * Carries the run of a stream to threads on which Reactor schedules work, since
	 * Spring AI's advisors change the thread before they do their work. Work that is
	 * scheduled outside the runs of this object is not touched.
	 * <p>
	 * Reactor's schedule hooks are global in the JVM. This hook is installed with the
	 * first stream and removed when the application context closes.
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
