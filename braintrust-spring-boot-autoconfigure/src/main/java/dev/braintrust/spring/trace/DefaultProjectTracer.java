package dev.braintrust.spring.trace;

import java.net.URI;
import java.util.function.Function;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.content.SpanType;
import dev.braintrust.spring.linkage.ProjectSwitch;
import dev.braintrust.spring.linkage.SwitchedTracer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The tracer of a project for one instrumentation scope.
 */
public final class DefaultProjectTracer implements ProjectTracer, SwitchedTracer {

	private final Project project;

	private final @Nullable InstrumentationScope scope;

	private volatile @Nullable ScopeRecording recording;

	// Create a tracer. What it takes to record is made for the first span, not at
	// startup.
	public DefaultProjectTracer(Project project, @Nullable InstrumentationScope scope) {
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
		return builder(spanName, null, (recording) -> ParentRule.CURRENT);
	}

	@Override
	public ProjectSpanBuilder rootSpan(String name) {
		return span(name, SpanType.TASK, (recording) -> ParentRule.NONE);
	}

	@Override
	public ProjectSpanBuilder taskSpan(String name) {
		return span(name, SpanType.TASK, (recording) -> ParentRule.CURRENT);
	}

	@Override
	public ProjectSpanBuilder toolSpan(String name) {
		return span(name, SpanType.TOOL, (recording) -> ParentRule.CURRENT);
	}

	@Override
	public ProjectSpanBuilder llmSpan(String name) {
		return span(name, SpanType.LLM, (recording) -> ParentRule.CURRENT);
	}

	@Override
	public ProjectSpanBuilder functionSpan(String name) {
		return span(name, SpanType.FUNCTION, (recording) -> ParentRule.CURRENT);
	}

	@Override
	public ProjectSpanBuilder inTrace(StoredTraceContext stored, String name) {
		Assert.notNull(stored, "'stored' must not be null");
		return span(name, SpanType.TASK, (recording) -> new StoredParent(this.project, stored, ParentRule.NONE));
	}

	@Override
	public ProjectSpanBuilder inTrace(String conversationId, String name) {
		Assert.hasText(conversationId, "'conversationId' must not be empty");
		return span(name, SpanType.TASK, (recording) -> derivedRoot(recording, conversationId));
	}

	@Override
	public ProjectSpanBuilder inTrace(StoredTraceContext stored, String conversationId, String name) {
		Assert.notNull(stored, "'stored' must not be null");
		Assert.hasText(conversationId, "'conversationId' must not be empty");
		return span(name, SpanType.TASK,
				(recording) -> new StoredParent(this.project, stored, derivedRoot(recording, conversationId)));
	}

	private DerivedRoot derivedRoot(ScopeRecording recording, String conversationId) {
		return new DerivedRoot(ConversationIds.of(this.project.settings().parent(), conversationId), recording.tracer(),
				recording.template(SpanType.TASK));
	}

	private ProjectSpanBuilder span(String name, SpanType type, Function<ScopeRecording, ParentRule> parentRule) {
		Assert.notNull(name, "'name' must not be null");
		return builder(name, type, parentRule);
	}

	private ProjectSpanBuilder builder(String name, @Nullable SpanType type,
			Function<ScopeRecording, ParentRule> parentRule) {
		ProjectSpanBuilder builder = this.project.guard().see(() -> {
			ScopeRecording recording = recording();
			return new DefaultProjectSpanBuilder(this.project, recording.tracer().spanBuilder(name),
					recording.template(type), parentRule.apply(recording));
		});
		return (builder != null) ? builder : DefaultProjectSpanBuilder.none(this.project);
	}

	@Override
	public ProjectSpan currentSpan() {
		ProjectSpan current = this.project.guard().see(() -> ProjectContext.get(Context.current(), this.project));
		return (current != null) ? current : this.project.none();
	}

	@Override
	public @Nullable URI permalink(Span span) {
		Assert.notNull(span, "'span' must not be null");
		return this.project.guard().see(() -> this.project.link().of(span.getSpanContext()));
	}

	@Override
	public boolean isEnabled() {
		return this.project.isRecorded();
	}

	@Override
	public ProjectSwitch projectSwitch() {
		return this.project.projectSwitch();
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
