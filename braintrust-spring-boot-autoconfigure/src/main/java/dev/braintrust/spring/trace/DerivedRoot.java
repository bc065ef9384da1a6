package dev.braintrust.spring.trace;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.content.SpanTemplate;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;

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

	static final String NAME = "conversation";

	private final ConversationIds ids;

	private final Tracer tracer;

	private final SpanTemplate template;

	DerivedRoot(ConversationIds ids, Tracer tracer, SpanTemplate template) {
		this.ids = ids;
		this.tracer = tracer;
		this.template = template;
	}

	@Override
	public ProjectSpan parent(Project project) {
		Span root = project.ids().with(this.ids, () -> start(project));
		SpanContext context = root.getSpanContext();
		if (!context.isValid()) {
			return new DefaultProjectSpan(project, root);
		}
		// Where the application has given the project a generator of ids of its own, the
		// root has others. It is not ended then, so it is not sent, and the turns are one
		// trace without it.
		if (context.getSpanId().equals(this.ids.rootSpanId())) {
			new DefaultProjectSpan(project, root, this.template, BaggageMembers.NONE).end();
		}
		return new DefaultProjectSpan(project, Span.wrap(SpanContext.createFromRemoteParent(this.ids.traceId(),
				this.ids.rootSpanId(), context.getTraceFlags(), context.getTraceState())));
	}

	private Span start(Project project) {
		return project.recorder().start(this.tracer.spanBuilder(NAME).setParent(DetachedContext.empty()));
	}

}
