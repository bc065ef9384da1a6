package dev.braintrust.spring.trace;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.content.LaterSpan;
import dev.braintrust.spring.content.LaterSpan.LateContent;
import dev.braintrust.spring.content.SpanContent;
import dev.braintrust.spring.content.SpanFields;
import dev.braintrust.spring.content.SpanTemplate;
import dev.braintrust.spring.content.SpanType;
import dev.braintrust.spring.trace.route.RoutedRow;
import dev.braintrust.spring.trace.w3c.BaggageMembers;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A project span around the SDK's span that records it.
 */
final class DefaultProjectSpan extends GuardedSpan implements LaterSpan {

	private final SpanTemplate template;

	private final SpanFields fields = new SpanFields();

	private final AtomicBoolean ended = new AtomicBoolean();

	private final BaggageMembers baggage;

	private final @Nullable RoutedRow row;

	private OpenSpans.@Nullable Entry open;

	private volatile @Nullable Runnable completion;

	DefaultProjectSpan(Project project, Span delegate) {
		this(project, delegate, SpanTemplate.NONE, BaggageMembers.NONE, null);
	}

	DefaultProjectSpan(Project project, Span delegate, SpanTemplate template, BaggageMembers baggage,
			@Nullable RoutedRow row) {
		super(project, delegate);
		this.template = template;
		this.baggage = baggage;
		this.row = row;
	}

	// Register the open span, so that it can be cut when the application context closes.
	void started(OpenSpans open) {
		this.open = isSent() ? open.add(this) : null;
	}

	@Override
	public @Nullable SpanType type() {
		return this.template.type();
	}

	@Override
	public void late(LateContent content) {
		this.fields.late(content);
	}

	@Override
	public boolean hold(long bytes) {
		return this.open != null && project().openSpans().hold(this.open, bytes);
	}

	@Override
	public void beforeCut(Runnable completion) {
		this.completion = completion;
	}

	// Add missing content before the span is cut. This may end this and other spans.
	void complete() {
		Runnable completion = this.completion;
		if (completion != null && isRecording()) {
			this.completion = null;
			project().observe(completion);
		}
	}

	BaggageMembers baggage() {
		return this.baggage;
	}

	@Nullable RoutedRow row() {
		return this.row;
	}

	boolean isScorer() {
		return this.template.isScorer();
	}

	SpanFields fields() {
		return this.fields;
	}

	@Override
	public ProjectSpan input(@Nullable Object value) {
		if (isRecording() && project().settings().capture().input()) {
			project().observe(() -> this.fields.input(capture(value)));
		}
		return this;
	}

	@Override
	public ProjectSpan output(@Nullable Object value) {
		if (isRecording() && project().settings().capture().output()) {
			project().observe(() -> this.fields.output(capture(value)));
		}
		return this;
	}

	@Override
	public ProjectSpan outputIfAbsent(@Nullable Object value) {
		if (value != null && isRecording() && project().settings().capture().output()) {
			project().observe(() -> {
				if (!SpanContent.isNothing(value) && !hasOutput()) {
					this.fields.returned(capture(value));
				}
			});
		}
		return this;
	}

	private boolean hasOutput() {
		return this.fields.hasOutput()
				|| (delegate() instanceof ReadableSpan span && project().content().hasOutput(span.getAttributes()));
	}

	@Override
	public ProjectSpan metadata(String key, @Nullable Object value) {
		Assert.hasText(key, "'key' must not be empty");
		if (isRecording()) {
			project().observe(() -> this.fields.metadata(key, capture(value)));
		}
		return this;
	}

	private Object capture(@Nullable Object value) {
		return project().content().capture(value, this.fields);
	}

	@Override
	public ProjectSpan metric(String key, Number value) {
		Assert.hasText(key, "'key' must not be empty");
		Assert.notNull(value, "'value' must not be null");
		if (isRecording()) {
			project().observe(() -> {
				if (Double.isFinite(value.doubleValue())) {
					this.fields.metric(key, project().content().captureNumber(value));
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
	public ProjectSpan recordException(Throwable exception, Attributes additionalAttributes) {
		if (exception != null && isRecording()) {
			Attributes attributes = (additionalAttributes != null) ? additionalAttributes : Attributes.empty();
			project().observe(() -> {
				delegate().setStatus(StatusCode.ERROR);
				this.fields.error(exception, Clock.getDefault().now(), attributes);
			});
		}
		return this;
	}

	@Override
	public void end() {
		end(delegate()::end);
	}

	@Override
	public void end(long timestamp, TimeUnit unit) {
		end((unit != null) ? () -> delegate().end(timestamp, unit) : delegate()::end);
	}

	// A failing processor must not keep the span from being sent.
	private void end(Runnable end) {
		guarded(end);
		guarded(this::ended);
	}

	private void guarded(Runnable action) {
		try {
			if (!project().isOff()) {
				action.run();
			}
		}
		catch (Throwable ex) {
			project().recorder().failed(ex);
		}
	}

	private void ended() {
		if (!isSent() || !(delegate() instanceof ReadableSpan span)) {
			return;
		}
		SpanData data = span.toSpanData();
		// Near the end of the stack, the SDK may have left the span open.
		if (data.getEndEpochNanos() == 0 || !this.ended.compareAndSet(false, true)) {
			return;
		}
		if (this.open != null) {
			project().openSpans().remove(this.open);
		}
		project().ended(data, this.template, this.fields, this.row);
	}

	// Return a snapshot of the open span. It has no end yet.
	EndedSpan now() {
		return project().now(((ReadableSpan) delegate()).toSpanData(), this.template, this.fields, this.row);
	}

	boolean isOpen() {
		return !this.ended.get() && !project().isOff();
	}

}
