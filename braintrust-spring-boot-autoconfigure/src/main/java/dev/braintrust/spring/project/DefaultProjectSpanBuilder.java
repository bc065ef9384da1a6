package dev.braintrust.spring.project;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.SpanConsumer;
import dev.braintrust.spring.SpanFunction;
import dev.braintrust.spring.content.SpanTemplate;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Builds spans of a project. The SDK is given a parent context that holds the span of
 * this project alone, so nothing else that is current can reach it.
 */
final class DefaultProjectSpanBuilder implements ProjectSpanBuilder {

	private static final String CONVERSATION_ID = "gen_ai.conversation.id";

	private static final String TURN = "turn";

	private final Project project;

	private final SpanBuilder delegate;

	private final SpanTemplate template;

	private final List<Consumer<ProjectSpan>> content = new ArrayList<>(2);

	private final ParentRule parentRule;

	private @Nullable Context explicitParent;

	DefaultProjectSpanBuilder(Project project, SpanBuilder delegate, SpanTemplate template, ParentRule parentRule) {
		this.project = project;
		this.delegate = delegate;
		this.template = template;
		this.parentRule = parentRule;
	}

	@Override
	public <T extends @Nullable Object, E extends Throwable> T call(SpanFunction<T, E> work) throws E {
		Assert.notNull(work, "'work' must not be null");
		ProjectSpan span = startSpan();
		try (Scope ignored = span.makeCurrent()) {
			return work.apply(span);
		}
		catch (Throwable ex) {
			span.recordException(ex);
			throw ex;
		}
		finally {
			span.end();
		}
	}

	@Override
	public <E extends Throwable> void run(SpanConsumer<E> work) throws E {
		Assert.notNull(work, "'work' must not be null");
		call((span) -> {
			work.accept(span);
			return span;
		});
	}

	@Override
	public ProjectSpan startSpan() {
		ProjectSpan parent = parent();
		Context none = DetachedContext.empty();
		this.delegate.setParent((parent instanceof DefaultProjectSpan span) ? none.with(span.delegate()) : none);
		Correlation correlation = Correlation.isFirst(parent) ? this.project.correlation() : null;
		if (correlation != null) {
			correlation.starting(this.delegate);
		}
		BaggageMembers baggage = (parent instanceof DefaultProjectSpan span) ? span.baggage() : BaggageMembers.NONE;
		ProjectSpan span = new DefaultProjectSpan(this.project, startDelegate(), this.template, baggage);
		if (correlation != null) {
			correlation.started(span);
		}
		this.content.forEach((content) -> content.accept(span));
		this.parentRule.started(span);
		return span;
	}

	private Span startDelegate() {
		try {
			return this.delegate.startSpan();
		}
		catch (RuntimeException ex) {
			this.project.recorder().failed(ex);
			return Span.getInvalid();
		}
	}

	private @Nullable ProjectSpan parent() {
		if (this.explicitParent != null) {
			return ProjectContext.get(this.explicitParent, this.project);
		}
		return this.parentRule.parent(this.project);
	}

	@Override
	public ProjectSpanBuilder input(@Nullable Object value) {
		this.content.add((span) -> span.input(value));
		return this;
	}

	@Override
	public ProjectSpanBuilder metadata(String key, @Nullable Object value) {
		Assert.hasText(key, "'key' must not be empty");
		this.content.add((span) -> span.metadata(key, value));
		return this;
	}

	@Override
	public ProjectSpanBuilder conversation(String id, long turn) {
		Assert.hasText(id, "'id' must not be empty");
		return setAttribute(CONVERSATION_ID, id).metadata(TURN, turn);
	}

	@Override
	public ProjectSpanBuilder setParent(Context context) {
		Assert.notNull(context, "'context' must not be null");
		this.explicitParent = context;
		return this;
	}

	@Override
	public ProjectSpanBuilder setNoParent() {
		this.explicitParent = Context.root();
		return this;
	}

	@Override
	public ProjectSpanBuilder addLink(SpanContext spanContext) {
		this.delegate.addLink(spanContext);
		return this;
	}

	@Override
	public ProjectSpanBuilder addLink(SpanContext spanContext, Attributes attributes) {
		this.delegate.addLink(spanContext, attributes);
		return this;
	}

	@Override
	public ProjectSpanBuilder setAttribute(String key, @Nullable String value) {
		this.delegate.setAttribute(key, value);
		return this;
	}

	@Override
	public ProjectSpanBuilder setAttribute(String key, long value) {
		this.delegate.setAttribute(key, value);
		return this;
	}

	@Override
	public ProjectSpanBuilder setAttribute(String key, double value) {
		this.delegate.setAttribute(key, value);
		return this;
	}

	@Override
	public ProjectSpanBuilder setAttribute(String key, boolean value) {
		this.delegate.setAttribute(key, value);
		return this;
	}

	@Override
	public <T> ProjectSpanBuilder setAttribute(AttributeKey<T> key, @Nullable T value) {
		this.delegate.setAttribute(key, value);
		return this;
	}

	@Override
	public ProjectSpanBuilder setSpanKind(SpanKind spanKind) {
		this.delegate.setSpanKind(spanKind);
		return this;
	}

	@Override
	public ProjectSpanBuilder setStartTimestamp(long startTimestamp, TimeUnit unit) {
		this.delegate.setStartTimestamp(startTimestamp, unit);
		return this;
	}

}
