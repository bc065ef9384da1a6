package dev.braintrust.spring.project;

import java.util.function.Supplier;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;

/**
 * The rule of a conversation whose ids are derived: the parent is a root span that says
 * nothing but that there is a conversation, and takes no time.
 * <p>
 * No turn can know whether it is the first, so each one makes the root anew, with the
 * same ids. A turn itself could not be the root: two first turns at once would be two
 * different spans under one id, and one of them would be lost. Roots that differ in
 * nothing but their time may replace each other; and where the process of the first turn
 * dies with its spans unsent, the next turn brings the root.
 */
final class DerivedRoot implements ParentRule {

	/**
	 * The name of the root span.
	 */
	static final String NAME = "conversation";

	private final ConversationIds ids;

	private final Supplier<ProjectSpanBuilder> builder;

	/**
	 * Create the rule of one turn.
	 * @param ids the ids of the conversation
	 * @param builder makes the builder of the root span
	 */
	DerivedRoot(ConversationIds ids, Supplier<ProjectSpanBuilder> builder) {
		this.ids = ids;
		this.builder = builder;
	}

	@Override
	public ProjectSpan parent(Project project) {
		ProjectSpan root = project.ids().with(this.ids, () -> this.builder.get().startSpan());
		SpanContext context = root.getSpanContext();
		if (!context.isValid() || context.getSpanId().equals(this.ids.rootSpanId())) {
			root.end();
			return root;
		}
		// The application has given the project a generator of ids of its own. The root
		// that it made is not ended, so it is not sent; the turns are one trace without
		// it.
		return new DefaultProjectSpan(project, Span.wrap(SpanContext.createFromRemoteParent(this.ids.traceId(),
				this.ids.rootSpanId(), context.getTraceFlags(), context.getTraceState())));
	}

}
