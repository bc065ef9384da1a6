package dev.braintrust.spring.trace;

import dev.braintrust.spring.ProjectSpan;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

/**
 * The current spans of all projects in an OpenTelemetry {@link Context}: an immutable
 * list with one entry per project, under a key of ours. The application's spans are under
 * OpenTelemetry's own key and are never touched.
 * <p>
 * A project is identified by its {@link Project} object, not by its key, so projects of
 * two application contexts in one JVM never meet.
 */
public final class ProjectContext {

	private static final ContextKey<Object> KEY = ContextKey.named("braintrust-projects");

	// A key cannot be removed from a context, and OpenTelemetry warns about null values.
	private static final Object NONE = new Object();

	private final Project project;

	private final ProjectSpan span;

	private final @Nullable ProjectContext others;

	private ProjectContext(Project project, ProjectSpan span, @Nullable ProjectContext others) {
		this.project = project;
		this.span = span;
		this.others = others;
	}

	static @Nullable ProjectSpan get(Context context, Project project) {
		for (ProjectContext entry = of(context); entry != null; entry = entry.others) {
			if (entry.project == project) {
				return entry.span;
			}
		}
		return null;
	}

	// Return the innermost span, of any project, that is inside a row of an experiment.
	static @Nullable DefaultProjectSpan routed(Context context) {
		for (ProjectContext entry = of(context); entry != null; entry = entry.others) {
			if (entry.span instanceof DefaultProjectSpan span && span.row() != null) {
				return span;
			}
		}
		return null;
	}

	static Context with(Context context, Project project, ProjectSpan span) {
		return context.with(KEY, new ProjectContext(project, span, without(of(context), project)));
	}

	public static Context merge(Context context, Context source) {
		ProjectContext spans = of(source);
		return (spans == null || spans == of(context)) ? context : spans.in(context);
	}

	public static Context replace(Context context, Context source) {
		ProjectContext spans = of(source);
		if (spans == of(context)) {
			return context;
		}
		return (spans != null) ? spans.in(context) : clear(context);
	}

	public static @Nullable ProjectContext of(Context context) {
		return (context.get(KEY) instanceof ProjectContext spans) ? spans : null;
	}

	// Put these spans into another context, replacing its project spans.
	public Context in(Context context) {
		return context.with(KEY, this);
	}

	// Return a context without project spans.
	public static Context clear(Context context) {
		return context.with(KEY, NONE);
	}

	// Name in the MDC the innermost sampled span whose project asks for correlation.
	public Scope logged(Scope scope) {
		for (ProjectContext entry = this; entry != null; entry = entry.others) {
			Correlation correlation = entry.project.correlation();
			if (correlation != null && entry.span.getSpanContext().isSampled()) {
				return correlation.logged(scope, entry.span.getSpanContext());
			}
		}
		return scope;
	}

	private static @Nullable ProjectContext without(@Nullable ProjectContext entry, Project project) {
		if (entry == null) {
			return null;
		}
		ProjectContext others = without(entry.others, project);
		if (entry.project == project) {
			return others;
		}
		return (others == entry.others) ? entry : new ProjectContext(entry.project, entry.span, others);
	}

}
