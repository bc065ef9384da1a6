package dev.braintrust.spring.project;

import java.net.URI;
import java.util.EnumMap;
import java.util.Map;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.content.SpanTemplate;
import dev.braintrust.spring.content.SpanType;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The tracer of a project for one instrumentation scope.
 */
final class DefaultProjectTracer implements ProjectTracer {

	private final Project project;

	private final Tracer delegate;

	private final SpanTemplate untyped;

	private final Map<SpanType, SpanTemplate> typed = new EnumMap<>(SpanType.class);

	private final ProjectPropagator propagator;

	private final ProjectSpan none;

	DefaultProjectTracer(Project project, Tracer delegate, String spanOrigin) {
		this.project = project;
		this.delegate = delegate;
		this.untyped = SpanTemplate.of(project.settings(), spanOrigin);
		for (SpanType type : SpanType.values()) {
			this.typed.put(type, this.untyped.withType(type));
		}
		this.propagator = new ProjectPropagator(project);
		this.none = new DefaultProjectSpan(project, Span.getInvalid());
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
		return builder(name, SpanType.TASK, new StoredParent(stored));
	}

	private ProjectSpanBuilder builder(String name, @Nullable SpanType type, ParentRule parentRule) {
		Assert.notNull(name, "'name' must not be null");
		SpanTemplate template = (type != null) ? this.typed.getOrDefault(type, this.untyped) : this.untyped;
		return new DefaultProjectSpanBuilder(this.project, this.delegate.spanBuilder(name), template, parentRule);
	}

	@Override
	public ProjectSpan currentSpan() {
		ProjectSpan current = ProjectContext.get(Context.current(), this.project);
		return (current != null) ? current : this.none;
	}

	@Override
	public @Nullable URI permalink(Span span) {
		Assert.notNull(span, "'span' must not be null");
		return this.project.link().of(span.getSpanContext());
	}

	@Override
	public boolean isEnabled() {
		return this.delegate.isEnabled();
	}

	@Override
	public TextMapPropagator propagator() {
		return this.propagator;
	}

	@Override
	public String toString() {
		return "ProjectTracer[" + this.project.settings().key() + "]";
	}

}
