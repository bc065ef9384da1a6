package dev.braintrust.spring.project;

import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.content.SpanTemplate;
import dev.braintrust.spring.content.SpanType;
import dev.braintrust.spring.properties.ProjectSettings;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.function.SingletonSupplier;

/**
 * The tracer of a project for one instrumentation scope.
 */
final class DefaultProjectTracer implements ProjectTracer {

	private final Project project;

	private final SingletonSupplier<Tracer> delegate;

	private final SingletonSupplier<SpanTemplates> templates;

	private final ProjectPropagator propagator;

	private final ProjectSpan none;

	/**
	 * Create a tracer. What it takes to record is made for the first span, not at
	 * startup.
	 * @param project the project
	 * @param delegate gives the tracer of the SDK
	 * @param spanOrigin says where the spans come from, as JSON
	 */
	DefaultProjectTracer(Project project, Supplier<Tracer> delegate, Supplier<String> spanOrigin) {
		this.project = project;
		this.delegate = SingletonSupplier.of(delegate);
		this.templates = SingletonSupplier.of(() -> SpanTemplates.of(project.settings(), spanOrigin.get()));
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
				this.delegate.obtain(), this.templates.obtain().of(SpanType.TASK));
	}

	private ProjectSpanBuilder builder(String name, @Nullable SpanType type, ParentRule parentRule) {
		Assert.notNull(name, "'name' must not be null");
		return new DefaultProjectSpanBuilder(this.project, this.delegate.obtain().spanBuilder(name),
				this.templates.obtain().of(type), parentRule);
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
		return this.project.settings().isOn();
	}

	@Override
	public TextMapPropagator propagator() {
		return this.propagator;
	}

	@Override
	public String toString() {
		return "ProjectTracer[" + this.project.settings().key() + "]";
	}

	/**
	 * What the spans of each type have in common.
	 *
	 * @param untyped the template of spans without a type
	 * @param typed the templates of the others
	 */
	private record SpanTemplates(SpanTemplate untyped, Map<SpanType, SpanTemplate> typed) {

		static SpanTemplates of(ProjectSettings settings, String spanOrigin) {
			SpanTemplate untyped = SpanTemplate.of(settings, spanOrigin);
			Map<SpanType, SpanTemplate> typed = new EnumMap<>(SpanType.class);
			for (SpanType type : SpanType.values()) {
				typed.put(type, untyped.withType(type));
			}
			return new SpanTemplates(untyped, typed);
		}

		SpanTemplate of(@Nullable SpanType type) {
			return (type != null) ? this.typed.getOrDefault(type, this.untyped) : this.untyped;
		}

	}

}
