package dev.braintrust.spring.trace;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.content.SpanTemplate;
import dev.braintrust.spring.trace.route.Route;
import dev.braintrust.spring.trace.route.RoutedRow;
import dev.braintrust.spring.trace.route.Routes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadableSpan;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the parent of a span while experiments run. Inside a row, every span is below
 * the row: a new root becomes its child, and a span that continues another trace becomes
 * its child with a link to that trace. A span that continues the trace of a row belongs
 * to that row on every thread.
 */
final class RowRule {

	private final Routes routes;

	private final ParentRule rule;

	private final @Nullable Context explicitParent;

	private boolean discards;

	private boolean strays;

	RowRule(Routes routes, ParentRule rule, @Nullable Context explicitParent) {
		this.routes = routes;
		this.rule = rule;
		this.explicitParent = explicitParent;
	}

	// Return the parent, unless it belongs to a row that runs in another process. The
	// trace of that row is in an experiment, but spans created here go to the logs. So
	// the row is only linked, and its baggage is kept.
	static @Nullable ProjectSpan continued(@Nullable ProjectSpan parent, SpanBuilder builder) {
		if (parent instanceof DefaultProjectSpan span && span.row() == null && span.getSpanContext().isRemote()
				&& RowIds.isOfRow(span.getSpanContext().getTraceId())) {
			builder.addLink(span.getSpanContext());
			return new DefaultProjectSpan(span.project(), Span.getInvalid(), SpanTemplate.NONE, span.baggage(), null);
		}
		return parent;
	}

	@Nullable ProjectSpan parent(Project project, SpanBuilder builder) {
		DefaultProjectSpan inner = inner();
		RoutedRow inside = (inner != null) ? inner.row() : null;
		if (inner != null && inside != null && inner.project() != project
				&& inside.route().others() == Route.Others.DISCARDED) {
			this.discards = true;
			return null;
		}
		ProjectSpan row = (inside != null && inside.route().takes(project)) ? inner : ownRow(project);
		ProjectSpan parent = (this.explicitParent != null) ? ProjectContext.get(this.explicitParent, project)
				: this.rule.parent(project, row);
		return (parent != null && parent.getSpanContext().isValid()) ? parent(project, parent, row, builder)
				: root((row != null) ? row : parent, inner == null);
	}

	// Return the innermost span of any project that is inside a row.
	private @Nullable DefaultProjectSpan inner() {
		DefaultProjectSpan inner = (this.explicitParent != null) ? ProjectContext.routed(this.explicitParent) : null;
		return (inner != null) ? inner : ProjectContext.routed(Context.current());
	}

	// Return the project's own row, which is outside the row of another project.
	private @Nullable ProjectSpan ownRow(Project project) {
		ProjectSpan own = (this.explicitParent != null) ? ProjectContext.get(this.explicitParent, project) : null;
		own = (own != null) ? own : ProjectContext.get(Context.current(), project);
		return (own instanceof DefaultProjectSpan span && span.row() != null) ? span : null;
	}

	private ProjectSpan parent(Project project, ProjectSpan parent, @Nullable ProjectSpan row, SpanBuilder builder) {
		if (!(parent instanceof DefaultProjectSpan span) || span.row() != null) {
			return parent;
		}
		SpanContext context = span.getSpanContext();
		RoutedRow live = this.routes.row(context.getTraceId(), project);
		if (live != null) {
			return new DefaultProjectSpan(project, span.delegate(), SpanTemplate.NONE, span.baggage(), live);
		}
		if (row != null) {
			builder.addLink(context);
			return row;
		}
		return parent;
	}

	private @Nullable ProjectSpan root(@Nullable ProjectSpan parent, boolean outside) {
		this.strays = outside;
		return parent;
	}

	// Whether the span is discarded instead of recorded.
	boolean discards() {
		return this.discards;
	}

	// The span has started.
	void started(DefaultProjectSpan span) {
		if (this.strays && span.delegate() instanceof ReadableSpan started) {
			this.routes.strayed(span.project(), started.getName());
		}
	}

}
