package dev.braintrust.spring.ai.chat;

import dev.braintrust.spring.trace.ProjectContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

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

	static Scope makeCurrent(AgentRun run) {
		return Context.current().with(run.span()).with(KEY, run).makeCurrent();
	}

	// A context in which a run is current, with the spans that were current for all
	// projects
	// elsewhere.
	static Context carried(AgentRun run, Context context, Context source) {
		return ProjectContext.merge(context, source).with(KEY, run);
	}

	// Do work on another thread while a run is current, and the spans that are current
	// for
	// all projects now. The span of the application stays that of the other thread.
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
		return ProjectContext.replace(context, run.parent()).with(KEY, (around != null) ? around : NONE);
	}

}
