package dev.braintrust.spring.reactor;

import dev.braintrust.spring.ProjectSpan;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;

/**
 * Work that is subscribed to while a span is current. What receives its signals is
 * outside of the span.
 *
 * @param <T> the type of what it gives
 */
final class ScopedFlux<T> extends FluxOperator<T, T> {

	private final ProjectSpan span;

	ScopedFlux(Flux<T> source, ProjectSpan span) {
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
