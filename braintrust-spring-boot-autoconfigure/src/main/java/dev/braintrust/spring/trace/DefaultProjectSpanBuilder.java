package dev.braintrust.spring.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import dev.braintrust.spring.SpanConsumer;
import dev.braintrust.spring.SpanFunction;
import dev.braintrust.spring.content.SpanTemplate;
import dev.braintrust.spring.trace.route.RoutedRow;
import dev.braintrust.spring.trace.route.Routes;
import dev.braintrust.spring.trace.w3c.BaggageMembers;
import dev.braintrust.spring.trace.w3c.DetachedContext;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Builds spans of a project. The SDK receives a parent context that holds only the span
 * of this project, so nothing else that is current can reach it.
 */
final class DefaultProjectSpanBuilder implements ProjectSpanBuilder {

	private static final String CONVERSATION_ID = "gen_ai.conversation.id";

	private static final String TURN = "turn";

	private static final Tracer NONE = TracerProvider.noop().get("");

	private final Project project;

	private final SpanBuilder delegate;

	private final SpanTemplate template;

	private final List<Consumer<ProjectSpan>> content = new ArrayList<>(0);

	private final ParentRule parentRule;

	private @Nullable Context explicitParent;

	private @Nullable RoutedRow row;

	DefaultProjectSpanBuilder(Project project, SpanBuilder delegate, SpanTemplate template, ParentRule parentRule) {
		this.project = project;
		this.delegate = delegate;
		this.template = template;
		this.parentRule = parentRule;
	}

	static DefaultProjectSpanBuilder none(Project project) {
		return new DefaultProjectSpanBuilder(project, NONE.spanBuilder(""), SpanTemplate.NONE, ParentRule.NONE);
	}

	// Begin a row of an experiment as a root, ignoring the current span.
	DefaultProjectSpanBuilder root(@Nullable RoutedRow row) {
		this.row = row;
		return this;
	}

	@Override
	public <T extends @Nullable Object, E extends Throwable> T call(SpanFunction<T, E> work) throws E {
		Assert.notNull(work, "'work' must not be null");
		ProjectSpan span = startSpan();
		Scope scope = span.makeCurrent();
		try {
			T value = work.apply(span);
			span.outputIfAbsent(value);
			return value;
		}
		catch (Throwable ex) {
			span.recordException(ex);
			throw ex;
		}
		finally {
			try {
				close(scope);
			}
			finally {
				span.end();
			}
		}
	}

	private void close(Scope scope) {
		try {
			scope.close();
		}
		catch (Throwable ex) {
			this.project.failed(ex);
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
		Routes routes = this.project.routes();
		RowRule rule = (routes != null) ? new RowRule(routes, this.parentRule, this.explicitParent) : null;
		ProjectSpan parent = this.project.see(() -> parent(rule));
		ProjectSpan span = (rule != null && rule.discards()) ? null : this.project.see(() -> start(parent));
		if (span == null) {
			return this.project.none();
		}
		if (rule != null && span instanceof DefaultProjectSpan started) {
			rule.started(started);
		}
		this.content.forEach((captured) -> this.project.observe(() -> captured.accept(span)));
		this.project.observe(() -> this.parentRule.started(span));
		return span;
	}

	private ProjectSpan start(@Nullable ProjectSpan parent) {
		Context none = DetachedContext.empty();
		Context context = (parent instanceof DefaultProjectSpan span) ? none.with(span.delegate()) : none;
		RoutedRow row = (parent instanceof DefaultProjectSpan span) ? span.row() : this.row;
		this.delegate.setParent((row != null) ? ProjectRecorder.inRow(context) : context);
		Correlation correlation = Correlation.isFirst(parent) ? this.project.correlation() : null;
		if (correlation != null) {
			correlation.starting(this.delegate);
		}
		BaggageMembers baggage = (parent instanceof DefaultProjectSpan span) ? span.baggage() : BaggageMembers.NONE;
		boolean scorer = row != null && parent instanceof DefaultProjectSpan span && span.isScorer();
		DefaultProjectSpan span = new DefaultProjectSpan(this.project, this.project.recorder().start(this.delegate),
				scorer ? this.template.asScorer() : this.template, baggage, row);
		span.started(this.project.openSpans());
		if (row != null && span.isSent()) {
			row.started();
		}
		if (correlation != null) {
			this.project.observe(() -> correlation.started(span));
		}
		return span;
	}

	private @Nullable ProjectSpan parent(@Nullable RowRule rule) {
		if (this.row != null) {
			return null;
		}
		if (rule != null) {
			return RowRule.continued(rule.parent(this.project, this.delegate), this.delegate);
		}
		return RowRule.continued((this.explicitParent != null) ? ProjectContext.get(this.explicitParent, this.project)
				: this.parentRule.parent(this.project, null), this.delegate);
	}

	// The SDK takes any argument and ignores arguments that it cannot use.
	private ProjectSpanBuilder with(Consumer<SpanBuilder> change) {
		this.project.observe(() -> change.accept(this.delegate));
		return this;
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
		if (context != null) {
			this.explicitParent = context;
		}
		return this;
	}

	@Override
	public ProjectSpanBuilder setNoParent() {
		this.explicitParent = Context.root();
		return this;
	}

	@Override
	public ProjectSpanBuilder addLink(SpanContext spanContext) {
		return with((builder) -> builder.addLink(spanContext));
	}

	@Override
	public ProjectSpanBuilder addLink(SpanContext spanContext, Attributes attributes) {
		return with((builder) -> builder.addLink(spanContext, attributes));
	}

	@Override
	public ProjectSpanBuilder setAttribute(String key, @Nullable String value) {
		return with((builder) -> builder.setAttribute(key, value));
	}

	@Override
	public ProjectSpanBuilder setAttribute(String key, long value) {
		return with((builder) -> builder.setAttribute(key, value));
	}

	@Override
	public ProjectSpanBuilder setAttribute(String key, double value) {
		return with((builder) -> builder.setAttribute(key, value));
	}

	@Override
	public ProjectSpanBuilder setAttribute(String key, boolean value) {
		return with((builder) -> builder.setAttribute(key, value));
	}

	@Override
	public <T> ProjectSpanBuilder setAttribute(AttributeKey<T> key, @Nullable T value) {
		return with((builder) -> builder.setAttribute(key, value));
	}

	@Override
	public ProjectSpanBuilder setSpanKind(SpanKind spanKind) {
		return with((builder) -> builder.setSpanKind(spanKind));
	}

	@Override
	public ProjectSpanBuilder setStartTimestamp(long startTimestamp, TimeUnit unit) {
		return with((builder) -> builder.setStartTimestamp(startTimestamp, unit));
	}

}
