package dev.braintrust.spring.reactor;

import dev.braintrust.spring.ProjectSpan;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;

/**
 * Work that is subscribed to while a span is current. What receives its signals is
 * outside of the span.
 *
 * @param <T> the type of what it gives
 */
final class ScopedMono<T> extends MonoOperator<T, T> {

	private final ProjectSpan span;

	ScopedMono(Mono<T> source, ProjectSpan span) {
		super(source);
		this.span = span;
	}

	@Override
	public void subscribe(CoreSubscriber<? super T> actual) {
		Context outside = Context.current();
		try (Scope ignored = this.span.makeCurrent()) {
			this.source.subscribe(new OutsideSubscriber<>(actual, outside, Context.current()));
		}
	}

}
