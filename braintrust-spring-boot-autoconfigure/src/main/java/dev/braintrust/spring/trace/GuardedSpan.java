package dev.braintrust.spring.trace;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.braintrust.spring.ProjectSpan;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.ReadableSpan;
import org.jspecify.annotations.Nullable;

/**
 * The OpenTelemetry part of a project span. Its methods change the SDK's span, which
 * takes any argument and ignores arguments that it cannot use. A context stores it only
 * as the span of its project, never as OpenTelemetry's current span.
 */
abstract class GuardedSpan implements ProjectSpan {

	private final Project project;

	private final Span delegate;

	GuardedSpan(Project project, Span delegate) {
		this.project = project;
		this.delegate = delegate;
	}

	final Project project() {
		return this.project;
	}

	final Span delegate() {
		return this.delegate;
	}

	@Override
	public Context storeInContext(Context context) {
		Context into = (context != null) ? context : Context.root();
		return this.project.see(() -> ProjectContext.with(into, this.project, this), into);
	}

	@Override
	public Scope makeCurrent() {
		Scope scope = this.project.see(() -> Context.current().with(this).makeCurrent());
		if (scope == null) {
			return Scope.noop();
		}
		Correlation correlation = this.project.correlation();
		return (correlation != null) ? correlation.logged(scope, getSpanContext()) : scope;
	}

	private ProjectSpan with(Consumer<Span> change) {
		this.project.observe(() -> change.accept(this.delegate));
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
	public ProjectSpan addEvent(String name, Attributes attributes, long timestamp, TimeUnit unit) {
		return with((span) -> span.addEvent(name, attributes, timestamp, unit));
	}

	@Override
	public ProjectSpan addLink(SpanContext spanContext, Attributes attributes) {
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
	public ProjectSpan updateName(String name) {
		return with((span) -> span.updateName(name));
	}

	@Override
	public ProjectSpan recordException(Throwable exception) {
		return recordException(exception, Attributes.empty());
	}

	@Override
	public SpanContext getSpanContext() {
		return this.delegate.getSpanContext();
	}

	@Override
	public boolean isRecording() {
		return !this.project.isOff() && this.delegate.isRecording();
	}

	@Override
	public String toString() {
		return "ProjectSpan[" + this.project.settings().key() + ", " + getSpanContext().getTraceId() + "/"
				+ getSpanContext().getSpanId() + "]";
	}

	// A sampler may decide that processors see a span but that it is not sent.
	boolean isSent() {
		return delegate() instanceof ReadableSpan && delegate().getSpanContext().isSampled();
	}

}
