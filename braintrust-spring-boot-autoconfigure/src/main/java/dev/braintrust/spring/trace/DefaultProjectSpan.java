package dev.braintrust.spring.trace;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.content.CapturedError;
import dev.braintrust.spring.content.CuttableSpan;
import dev.braintrust.spring.content.SpanFields;
import dev.braintrust.spring.content.SpanTemplate;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.sdk.trace.ReadableSpan;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A span of a project around the span of the SDK that records it. It stores itself in a
 * context under the key of its project alone.
 */
final class DefaultProjectSpan implements ProjectSpan, CuttableSpan {

	private static final String KOTLIN_UNIT = "kotlin.Unit";

	private final Project project;

	private final Span delegate;

	private final SpanTemplate template;

	private final SpanFields fields = new SpanFields();

	private final AtomicBoolean ended = new AtomicBoolean();

	private final BaggageMembers baggage;

	private OpenSpans.@Nullable Entry open;

	private volatile @Nullable Runnable completion;

	DefaultProjectSpan(Project project, Span delegate) {
		this(project, delegate, BaggageMembers.NONE);
	}

	DefaultProjectSpan(Project project, Span delegate, BaggageMembers baggage) {
		this(project, delegate, SpanTemplate.NONE, baggage);
	}

	DefaultProjectSpan(Project project, Span delegate, SpanTemplate template, BaggageMembers baggage) {
		this.project = project;
		this.delegate = delegate;
		this.template = template;
		this.baggage = baggage;
	}

	// The span has started. If nobody ends it, it is cut.
	void started(OpenSpans open) {
		if (isSent()) {
			this.open = open.add(this);
		}
	}

	// A sampler may have a span recorded for its processors and not sent.
	private boolean isSent() {
		return this.delegate instanceof ReadableSpan && this.delegate.getSpanContext().isSampled();
	}

	@Override
	public void beforeCut(Runnable completion) {
		this.completion = completion;
	}

	// Give the span what it is to have before it is cut. That may end it, and others.
	void complete() {
		Runnable completion = this.completion;
		if (completion != null && isRecording()) {
			this.completion = null;
			observe(completion);
		}
	}

	Span delegate() {
		return this.delegate;
	}

	BaggageMembers baggage() {
		return this.baggage;
	}

	@Override
	public Context storeInContext(Context context) {
		Context into = (context != null) ? context : Context.root();
		Context stored = this.project.guard().see(() -> ProjectContext.with(into, this.project, this));
		return (stored != null) ? stored : into;
	}

	@Override
	public Scope makeCurrent() {
		Scope scope = this.project.guard().see(ProjectSpan.super::makeCurrent);
		if (scope == null) {
			return Scope.noop();
		}
		Correlation correlation = this.project.correlation();
		return (correlation != null) ? correlation.logged(scope, getSpanContext()) : scope;
	}

	// The SDK takes any argument, and does nothing about those that it cannot use.
	private ProjectSpan with(Consumer<Span> change) {
		this.project.guard().observe(() -> change.accept(this.delegate));
		return this;
	}

	@Override
	public ProjectSpan input(@Nullable Object value) {
		if (isRecording() && this.project.settings().capture().input()) {
			observe(() -> this.fields.input(capture(value)));
		}
		return this;
	}

	@Override
	public ProjectSpan output(@Nullable Object value) {
		if (isRecording() && this.project.settings().capture().output()) {
			observe(() -> this.fields.output(capture(value)));
		}
		return this;
	}

	@Override
	public ProjectSpan outputIfAbsent(@Nullable Object value) {
		if (value != null && isRecording() && this.project.settings().capture().output()) {
			observe(() -> {
				if (!isNothing(value) && !hasOutput()) {
					this.fields.returned(capture(value));
				}
			});
		}
		return this;
	}

	// Work that ends in a call of its span returns the span, and work in Kotlin that
	// returns nothing returns Unit.
	private static boolean isNothing(Object value) {
		return value instanceof Span || KOTLIN_UNIT.equals(value.getClass().getName());
	}

	private boolean hasOutput() {
		return this.fields.hasOutput() || (this.delegate instanceof ReadableSpan span
				&& this.project.content().hasOutput(span.getAttributes()));
	}

	@Override
	public ProjectSpan metadata(String key, @Nullable Object value) {
		Assert.hasText(key, "'key' must not be empty");
		if (isRecording()) {
			observe(() -> this.fields.metadata(key, capture(value)));
		}
		return this;
	}

	private void observe(Runnable observation) {
		this.project.guard().observe(observation);
	}

	private Object capture(@Nullable Object value) {
		return this.project.content().capture(value, this.fields);
	}

	@Override
	public ProjectSpan metric(String key, Number value) {
		Assert.hasText(key, "'key' must not be empty");
		Assert.notNull(value, "'value' must not be null");
		if (isRecording()) {
			observe(() -> {
				if (Double.isFinite(value.doubleValue())) {
					this.fields.metric(key, this.project.content().captureNumber(value));
				}
			});
		}
		return this;
	}

	@Override
	public ProjectSpan score(String key, double value) {
		Assert.hasText(key, "'key' must not be empty");
		if (isRecording() && value >= 0 && value <= 1) {
			this.fields.score(key, value);
		}
		return this;
	}

	@Override
	public ProjectSpan tags(String... tags) {
		Assert.notNull(tags, "'tags' must not be null");
		Assert.noNullElements(tags, "'tags' must not contain null elements");
		if (isRecording()) {
			this.fields.tags(List.of(tags));
		}
		return this;
	}

	@Override
	public ProjectSpan setAttribute(String key, @Nullable String value) {
		return with((span) -> span.setAttribute(key, value));
	}

	@Override
	public ProjectSpan setAttribute(String key, long value) {
		return with((span) -> span.setAttribute(key, value));
	}

	@Override
	public ProjectSpan setAttribute(String key, double value) {
		return with((span) -> span.setAttribute(key, value));
	}

	@Override
	public ProjectSpan setAttribute(String key, boolean value) {
		return with((span) -> span.setAttribute(key, value));
	}

	@Override
	public <T> ProjectSpan setAttribute(AttributeKey<T> key, @Nullable T value) {
		return with((span) -> span.setAttribute(key, value));
	}

	@Override
	public ProjectSpan addEvent(String name) {
		return with((span) -> span.addEvent(name));
	}

	@Override
	public ProjectSpan addEvent(String name, Attributes attributes) {
		return with((span) -> span.addEvent(name, attributes));
	}

	@Override
	public Span addEvent(String name, Attributes attributes, long timestamp, TimeUnit unit) {
		return with((span) -> span.addEvent(name, attributes, timestamp, unit));
	}

	@Override
	public Span addLink(SpanContext spanContext, Attributes attributes) {
		return with((span) -> span.addLink(spanContext, attributes));
	}

	@Override
	public ProjectSpan setStatus(StatusCode statusCode) {
		return with((span) -> span.setStatus(statusCode));
	}

	@Override
	public ProjectSpan setStatus(StatusCode statusCode, String description) {
		return with((span) -> span.setStatus(statusCode, description));
	}

	@Override
	public ProjectSpan recordException(Throwable exception) {
		return recordException(exception, Attributes.empty());
	}

	@Override
	public ProjectSpan recordException(Throwable exception, Attributes additionalAttributes) {
		if (exception != null && isRecording()) {
			Attributes attributes = (additionalAttributes != null) ? additionalAttributes : Attributes.empty();
			observe(() -> {
				this.delegate.setStatus(StatusCode.ERROR);
				this.fields.error(new CapturedError(exception, Clock.getDefault().now(), attributes));
			});
		}
		return this;
	}

	@Override
	public ProjectSpan updateName(String name) {
		return with((span) -> span.updateName(name));
	}

	@Override
	public void end() {
		end(this.delegate::end);
	}

	@Override
	public void end(long timestamp, TimeUnit unit) {
		end(() -> this.delegate.end(timestamp, unit));
	}

	private void end(Runnable end) {
		guarded(end);
		guarded(this::ended);
	}

	private void guarded(Runnable action) {
		if (this.project.guard().isOff()) {
			return;
		}
		try {
			action.run();
		}
		catch (RuntimeException | LinkageError ex) {
			this.project.recorder().failed(ex);
		}
	}

	private void ended() {
		if (this.delegate instanceof ReadableSpan span && isSent() && this.ended.compareAndSet(false, true)) {
			if (this.open != null) {
				this.project.openSpans().remove(this.open);
			}
			EndedSpan ended = new EndedSpan(span.toSpanData(), this.template, this.fields);
			if (!this.project.settings().capture().aiSpansOnly() || ended.isAiSpan()) {
				this.project.ended(ended);
			}
			else {
				this.fields.release();
			}
		}
	}

	@Override
	public SpanContext getSpanContext() {
		return this.delegate.getSpanContext();
	}

	@Override
	public boolean isRecording() {
		return !this.project.guard().isOff() && this.delegate.isRecording();
	}

	@Override
	public String toString() {
		return "ProjectSpan[" + this.project.settings().key() + ", " + getSpanContext().getTraceId() + "/"
				+ getSpanContext().getSpanId() + "]";
	}

}
