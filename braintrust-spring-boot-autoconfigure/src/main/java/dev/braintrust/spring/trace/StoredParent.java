package dev.braintrust.spring.trace;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.StoredTraceContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * The rule of a conversation: the parent is the root that is stored. While none is, the
 * span is the root itself or, where the root is derived, a child of that; and the root is
 * stored.
 */
final class StoredParent implements ParentRule {

	private final Project project;

	private final StoredTraceContext stored;

	private final ParentRule first;

	private boolean mayStore;

	StoredParent(Project project, StoredTraceContext stored, ParentRule first) {
		this.project = project;
		this.stored = stored;
		this.first = first;
	}

	@Override
	public @Nullable ProjectSpan parent(Project project) {
		SpanContext context = read();
		if (context.isValid()) {
			return new DefaultProjectSpan(project, Span.wrap(context));
		}
		ProjectSpan root = this.first.parent(project);
		if (root != null) {
			store(root);
			this.mayStore = false;
		}
		return root;
	}

	private SpanContext read() {
		this.mayStore = false;
		try {
			String traceparent = this.stored.traceparent();
			SpanContext context = W3CTraceContext.parseStored(traceparent, this.stored.tracestate());
			if (!context.isValid()) {
				this.mayStore = true;
				if (StringUtils.hasLength(traceparent)) {
					say(ConversationWarnings.Kind.MALFORMED, null);
				}
			}
			return context;
		}
		catch (Exception | LinkageError ex) {
			say(ConversationWarnings.Kind.UNREADABLE, ex);
			return SpanContext.getInvalid();
		}
	}

	@Override
	public void started(ProjectSpan span) {
		// A derived root is the same for the next turn, whether it is stored or not.
		if (this.mayStore && ReadOnlyTransaction.loses(this.stored)) {
			say(ConversationWarnings.Kind.READ_ONLY, null);
		}
		store(span);
	}

	private void store(ProjectSpan span) {
		SpanContext context = span.getSpanContext();
		if (!this.mayStore || !context.isValid()) {
			return;
		}
		try {
			this.stored.store(W3CTraceContext.traceparent(context), W3CTraceContext.tracestate(context));
		}
		catch (Exception | LinkageError ex) {
			say(ConversationWarnings.Kind.NOT_STORED, ex);
		}
	}

	private void say(ConversationWarnings.Kind kind, @Nullable Throwable cause) {
		this.project.conversations().say(kind, this.project.settings().key(), cause);
	}

}
