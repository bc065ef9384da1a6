package dev.braintrust.spring.ai;

import java.util.function.BooleanSupplier;

import dev.braintrust.spring.ProjectTracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;

/**
 * A stream whose observer sees each signal just before the subscriber. It only uses
 * operators of Reactor that allocate nothing for each chunk.
 * <p>
 * If automatic context propagation is on, Reactor would restore thread locals for each
 * chunk around an operator of ours, or around {@link Flux#tap}. {@link Flux#doOnEach}
 * calls the observer after the subscriber if that is a conditional one.
 */
public final class ObservedFlux {

	private ObservedFlux() {
	}

	// Observe a stream.
	public static <T> Flux<T> of(Flux<T> source, Observer<? super T> observer) {
		return source.doOnNext(observer::received)
			.doOnError(observer::failed)
			.doOnComplete(observer::ended)
			.doOnCancel(observer::ended);
	}

	// Subscribe to a model's stream inside the model call. Calls that the stream makes
	// are part of that call.
	public static <T> Flux<T> inside(Flux<T> source, ProjectTracer tracer, BooleanSupplier ended) {
		return new FluxOperator<>(source) {

			@Override
			public void subscribe(CoreSubscriber<? super T> actual) {
				try (Scope ignored = ModelCallContext.with(Context.current(), tracer, ended).makeCurrent()) {
					this.source.subscribe(actual);
				}
			}

		};
	}

	// Observes one subscription. Its methods throw no exceptions.
	public interface Observer<T> {

		// A chunk has arrived.
		void received(T chunk);

		void failed(Throwable failure);

		// The stream was completed or cancelled. A chunk may still arrive on another
		// thread at the same time.
		void ended();

	}

}
