package dev.braintrust.spring.project;

import java.net.URI;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.content.SpanType;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The tracer of a project for one instrumentation scope.
 */
final class DefaultProjectTracer implements ProjectTracer {

	private final Project project;

	private final @Nullable InstrumentationScope scope;

	private volatile @Nullable ScopeRecording recording;

	/**
	 * Create a tracer. What it takes to record is made for the first span, not at
	 * startup.
	 * @param project the project
	 * @param scope the scope, or {@code null} for that of the starter itself
	 */
	DefaultProjectTracer(Project project, @Nullable InstrumentationScope scope) {
		this.project = project;
		this.scope = scope;
	}

	private ScopeRecording recording() {
		ScopeRecording recording = this.recording;
		return (recording != null) ? recording : start();
	}

	private synchronized ScopeRecording start() {
		ScopeRecording recording = this.recording;
		if (recording == null) {
			recording = ScopeRecording.of(this.project, this.scope);
			this.recording = recording;
		}
		return recording;
	}

	@Override
	public ProjectSpanBuilder spanBuilder(String spanName) {
		return builder(spanName, null, ParentRule.CURRENT);
	}

	@Override
	public ProjectSpanBuilder rootSpan(String name) {
		return builder(name, SpanType.TASK, ParentRule.NONE);
	}

	@Override
	public ProjectSpanBuilder taskSpan(String name) {
		return builder(name, SpanType.TASK, ParentRule.CURRENT);
	}

	@Override
	public ProjectSpanBuilder toolSpan(String name) {
		return builder(name, SpanType.TOOL, ParentRule.CURRENT);
	}

	@Override
	public ProjectSpanBuilder llmSpan(String name) {
		return builder(name, SpanType.LLM, ParentRule.CURRENT);
	}

	@Override
	public ProjectSpanBuilder functionSpan(String name) {
		return builder(name, SpanType.FUNCTION, ParentRule.CURRENT);
	}

	@Override
	public ProjectSpanBuilder inTrace(StoredTraceContext stored, String name) {
		Assert.notNull(stored, "'stored' must not be null");
		return builder(name, SpanType.TASK, new StoredParent(this.project, stored, ParentRule.NONE));
	}

	@Override
	public ProjectSpanBuilder inTrace(String conversationId, String name) {
		return builder(name, SpanType.TASK, derivedRoot(conversationId));
	}

	@Override
	public ProjectSpanBuilder inTrace(StoredTraceContext stored, String conversationId, String name) {
		Assert.notNull(stored, "'stored' must not be null");
		return builder(name, SpanType.TASK, new StoredParent(this.project, stored, derivedRoot(conversationId)));
	}

	private DerivedRoot derivedRoot(String conversationId) {
		Assert.hasText(conversationId, "'conversationId' must not be empty");
		return new DerivedRoot(ConversationIds.of(this.project.settings().parent(), conversationId),
				recording().tracer(), recording().template(SpanType.TASK));
	}

	private ProjectSpanBuilder builder(String name, @Nullable SpanType type, ParentRule parentRule) {
		Assert.notNull(name, "'name' must not be null");
		ScopeRecording recording = recording();
		return new DefaultProjectSpanBuilder(this.project, recording.tracer().spanBuilder(name),
				recording.template(type), parentRule);
	}

	@Override
	public ProjectSpan currentSpan() {
		ProjectSpan current = ProjectContext.get(Context.current(), this.project);
		return (current != null) ? current : this.project.none();
	}

	@Override
	public @Nullable URI permalink(Span span) {
		Assert.notNull(span, "'span' must not be null");
		return this.project.link().of(span.getSpanContext());
	}

	@Override
	public boolean isEnabled() {
		return this.project.isRecorded();
	}

	@Override
	public TextMapPropagator propagator() {
		return this.project.propagator();
	}

	@Override
	public String toString() {
		return "ProjectTracer[" + this.project.settings().key() + "]";
	}

}
