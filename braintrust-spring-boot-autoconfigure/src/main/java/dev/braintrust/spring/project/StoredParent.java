package dev.braintrust.spring.project;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.StoredTraceContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The rule of a conversation: the parent is the root that is stored; while none is, the
 * span is the root, and is stored.
 */
final class StoredParent implements ParentRule {

	private static final Log logger = LogFactory.getLog(StoredParent.class);

	private final StoredTraceContext stored;

	private boolean mayStore;

	StoredParent(StoredTraceContext stored) {
		this.stored = stored;
	}

	@Override
	public @Nullable ProjectSpan parent(Project project) {
		this.mayStore = false;
		try {
			String traceparent = this.stored.traceparent();
			SpanContext context = W3CTraceContext.parse(traceparent, this.stored.tracestate());
			if (context.isValid()) {
				return new DefaultProjectSpan(project, Span.wrap(context));
			}
			if (traceparent != null && !traceparent.isEmpty()) {
				logger.warn("A stored trace context is malformed; the conversation starts a new trace in the "
						+ "Braintrust project '" + project.settings().key() + "'");
			}
			this.mayStore = true;
		}
		catch (Exception ex) {
			logger.warn("A stored trace context could not be read; this turn is traced on its own", ex);
		}
		return null;
	}

	@Override
	public void started(ProjectSpan span) {
		SpanContext context = span.getSpanContext();
		if (!this.mayStore || !context.isValid()) {
			return;
		}
		try {
			this.stored.store(W3CTraceContext.traceparent(context), W3CTraceContext.tracestate(context));
		}
		catch (Exception ex) {
			logger.warn("A trace context could not be stored; the next turn starts a trace of its own", ex);
		}
	}

}
