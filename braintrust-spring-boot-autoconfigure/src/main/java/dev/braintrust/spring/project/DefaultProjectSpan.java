package dev.braintrust.spring.project;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.ProjectSpan;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A span of a project around the span of the SDK that records it. It stores itself in a
 * context under the key of its project alone.
 */
final class DefaultProjectSpan implements ProjectSpan {

	private final Project project;

	private final Span delegate;

	private final Map<String, String> metadata = new LinkedHashMap<>();

	private final Map<String, String> metrics = new LinkedHashMap<>();

	private final Map<String, String> scores = new LinkedHashMap<>();

	private final List<String> tags = new ArrayList<>();

	DefaultProjectSpan(Project project, Span delegate) {
		this.project = project;
		this.delegate = delegate;
	}

	Span delegate() {
		return this.delegate;
	}

	@Override
	public Context storeInContext(Context context) {
		return ProjectContext.with(context, this.project, this);
	}

	@Override
	public ProjectSpan input(@Nullable Object value) {
		if (isRecording() && this.project.settings().capture().input()) {
			this.delegate.setAttribute(SpanAttributes.INPUT, this.project.json().write(value));
		}
		return this;
	}

	@Override
	public ProjectSpan output(@Nullable Object value) {
		if (isRecording() && this.project.settings().capture().output()) {
			this.delegate.setAttribute(SpanAttributes.OUTPUT, this.project.json().write(value));
		}
		return this;
	}

	@Override
	public ProjectSpan metadata(String key, @Nullable Object value) {
		Assert.hasText(key, "'key' must not be empty");
		if (isRecording()) {
			put(this.metadata, key, this.project.json().write(value));
		}
		return this;
	}

	@Override
	public ProjectSpan metric(String key, Number value) {
		Assert.hasText(key, "'key' must not be empty");
		Assert.notNull(value, "'value' must not be null");
		if (isRecording() && Double.isFinite(value.doubleValue())) {
			put(this.metrics, key, this.project.json().write(value));
		}
		return this;
	}

	@Override
	public ProjectSpan score(String key, double value) {
		Assert.hasText(key, "'key' must not be empty");
		if (isRecording() && value >= 0 && value <= 1) {
			put(this.scores, key, this.project.json().write(value));
		}
		return this;
	}

	@Override
	public ProjectSpan tags(String... tags) {
		Assert.notNull(tags, "'tags' must not be null");
		Assert.noNullElements(tags, "'tags' must not contain null elements");
		synchronized (this.tags) {
			this.tags.addAll(List.of(tags));
		}
		return this;
	}

	private void put(Map<String, String> fields, String key, String json) {
		synchronized (fields) {
			fields.put(key, json);
		}
	}

	@Override
	public ProjectSpan setAttribute(String key, @Nullable String value) {
		this.delegate.setAttribute(key, value);
		return this;
	}

	@Override
	public ProjectSpan setAttribute(String key, long value) {
		this.delegate.setAttribute(key, value);
		return this;
	}

	@Override
	public ProjectSpan setAttribute(String key, double value) {
		this.delegate.setAttribute(key, value);
		return this;
	}

	@Override
	public ProjectSpan setAttribute(String key, boolean value) {
		this.delegate.setAttribute(key, value);
		return this;
	}

	@Override
	public <T> ProjectSpan setAttribute(AttributeKey<T> key, @Nullable T value) {
		this.delegate.setAttribute(key, value);
		return this;
	}

	@Override
	public ProjectSpan addEvent(String name) {
		this.delegate.addEvent(name);
		return this;
	}

	@Override
	public ProjectSpan addEvent(String name, Attributes attributes) {
		this.delegate.addEvent(name, attributes);
		return this;
	}

	@Override
	public Span addEvent(String name, Attributes attributes, long timestamp, TimeUnit unit) {
		this.delegate.addEvent(name, attributes, timestamp, unit);
		return this;
	}

	@Override
	public Span addLink(SpanContext spanContext, Attributes attributes) {
		this.delegate.addLink(spanContext, attributes);
		return this;
	}

	@Override
	public ProjectSpan setStatus(StatusCode statusCode) {
		this.delegate.setStatus(statusCode);
		return this;
	}

	@Override
	public ProjectSpan setStatus(StatusCode statusCode, String description) {
		this.delegate.setStatus(statusCode, description);
		return this;
	}

	@Override
	public ProjectSpan recordException(Throwable exception) {
		return recordException(exception, Attributes.empty());
	}

	@Override
	public ProjectSpan recordException(Throwable exception, Attributes additionalAttributes) {
		Assert.notNull(exception, "'exception' must not be null");
		if (isRecording()) {
			String message = exception.getMessage();
			this.delegate.setStatus(StatusCode.ERROR, (message != null) ? message : exception.getClass().getName());
			this.delegate.recordException(exception, additionalAttributes);
		}
		return this;
	}

	@Override
	public ProjectSpan updateName(String name) {
		this.delegate.updateName(name);
		return this;
	}

	@Override
	public void end() {
		writeFields();
		this.delegate.end();
	}

	@Override
	public void end(long timestamp, TimeUnit unit) {
		writeFields();
		this.delegate.end(timestamp, unit);
	}

	private void writeFields() {
		if (isRecording()) {
			writeObject(SpanAttributes.METADATA, this.metadata);
			writeObject(SpanAttributes.METRICS, this.metrics);
			writeObject(SpanAttributes.SCORES, this.scores);
			synchronized (this.tags) {
				if (!this.tags.isEmpty()) {
					this.delegate.setAttribute(SpanAttributes.TAGS, List.copyOf(this.tags));
				}
			}
		}
	}

	private void writeObject(AttributeKey<String> attribute, Map<String, String> fields) {
		synchronized (fields) {
			if (!fields.isEmpty()) {
				this.delegate.setAttribute(attribute, this.project.json().writeObject(fields));
			}
		}
	}

	@Override
	public SpanContext getSpanContext() {
		return this.delegate.getSpanContext();
	}

	@Override
	public boolean isRecording() {
		return this.delegate.isRecording();
	}

	@Override
	public String toString() {
		return "ProjectSpan[" + this.project.settings().key() + ", " + getSpanContext().getTraceId() + "/"
				+ getSpanContext().getSpanId() + "]";
	}

}
