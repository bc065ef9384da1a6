package dev.braintrust.spring.reactor;

import java.util.function.Function;
import java.util.function.Supplier;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectSpanBuilder;
import io.opentelemetry.context.Scope;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.util.Assert;

/**
 * Runs reactive work inside spans of a project. Each subscription is one span, from the
 * subscription until it completes, fails or is cancelled. The span ends before the
 * subscriber sees the end. An error of the work is the error of the span.
 *
 * <pre class="code">
 * ReactiveSpans.mono(() -&gt; tracer.inTrace(conversation.getTrace(), "answer"),
 *         (span) -&gt; chat.prompt(message).stream().content().collect(joining()))
 * </pre>
 *
 * The span is current on the subscribing thread during the subscription. It is also in
 * Reactor's context, where streams of a {@code ChatClient} and other reactive spans find
 * it on any thread. Operators on other threads find it with {@code tracer.currentSpan()}
 * if Reactor restores thread locals ({@code spring.reactor.context-propagation=auto}), or
 * inside {@link #makeCurrent(ContextView)}.
 * <p>
 * The output of a {@link Mono} is the value that it emits, unless your work sets one.
 */
public final class ReactiveSpans {

	private ReactiveSpans() {
	}

	/**
	 * Trace a {@link Mono}. The value that it emits is the output of the span, unless the
	 * work sets one.
	 * @param builder creates the builder of the span for each subscription, on the
	 * subscribing thread
	 * @param work creates the work to subscribe to inside the span
	 * @param <T> the type of the value
	 * @return the traced work
	 */
	public static <T> Mono<T> mono(Supplier<ProjectSpanBuilder> builder,
			Function<? super ProjectSpan, ? extends Mono<T>> work) {
		Assert.notNull(builder, "'builder' must not be null");
		Assert.notNull(work, "'work' must not be null");
		return Mono
			.deferContextual((surroundings) -> Mono.using(() -> start(builder, surroundings), (span) -> within(span,
					Mono.defer(() -> work.apply(span)).doOnNext(span::outputIfAbsent).doOnError(span::recordException)),
					ProjectSpan::end));
	}

	/**
	 * Trace a {@link Flux}. The span has no output unless the work sets one: the values
	 * of a stream are not collected.
	 * @param builder creates the builder of the span for each subscription, on the
	 * subscribing thread
	 * @param work creates the work to subscribe to inside the span
	 * @param <T> the type of the values
	 * @return the traced work
	 */
	public static <T> Flux<T> flux(Supplier<ProjectSpanBuilder> builder,
			Function<? super ProjectSpan, ? extends Flux<T>> work) {
		Assert.notNull(builder, "'builder' must not be null");
		Assert.notNull(work, "'work' must not be null");
		return Flux.deferContextual((surroundings) -> Flux.using(() -> start(builder, surroundings),
				(span) -> within(span, Flux.defer(() -> work.apply(span)).doOnError(span::recordException)),
				ProjectSpan::end));
	}

	private static ProjectSpan start(Supplier<ProjectSpanBuilder> builder, ContextView surroundings) {
		try (Scope ignored = makeCurrent(surroundings)) {
			return builder.get().startSpan();
		}
	}

	/**
	 * Run reactive work inside a span that you end elsewhere.
	 * @param span the span
	 * @param work the work
	 * @param <T> the type of the value
	 * @return the work, with the span as its current span
	 */
	public static <T> Mono<T> within(ProjectSpan span, Mono<T> work) {
		Assert.notNull(span, "'span' must not be null");
		Assert.notNull(work, "'work' must not be null");
		return ScopedWork.mono(work, span).contextWrite((context) -> CarriedSpans.put(context, span));
	}

	/**
	 * Run reactive work inside a span that you end elsewhere.
	 * @param span the span
	 * @param work the work
	 * @param <T> the type of the values
	 * @return the work, with the span as its current span
	 */
	public static <T> Flux<T> within(ProjectSpan span, Flux<T> work) {
		Assert.notNull(span, "'span' must not be null");
		Assert.notNull(work, "'work' must not be null");
		return ScopedWork.flux(work, span).contextWrite((context) -> CarriedSpans.put(context, span));
	}

	/**
	 * Put a span into a context of Reactor, where streams of a {@code ChatClient} and
	 * other reactive spans find it:
	 * {@code flux.contextWrite((context) -> ReactiveSpans.put(context, span))}.
	 * @param context the context
	 * @param span the span
	 * @return a context with the span
	 */
	public static Context put(Context context, ProjectSpan span) {
		Assert.notNull(context, "'context' must not be null");
		Assert.notNull(span, "'span' must not be null");
		return CarriedSpans.put(context, span);
	}

	/**
	 * Make the spans that a context of Reactor carries current on this thread, each for
	 * its project. Without such spans, nothing changes.
	 * @param context the context of Reactor, for example of {@code deferContextual}
	 * @return the scope, which must be closed on this thread
	 */
	public static Scope makeCurrent(ContextView context) {
		Assert.notNull(context, "'context' must not be null");
		return CarriedSpans.in(context).makeCurrent();
	}

}
