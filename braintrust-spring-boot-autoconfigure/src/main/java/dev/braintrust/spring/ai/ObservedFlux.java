package dev.braintrust.spring.ai;

import java.util.function.BooleanSupplier;

import dev.braintrust.spring.ProjectTracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;

/**
 * A stream whose observer sees each signal right before the subscriber does, by operators
 * that allocate nothing a chunk.
 * <p>
 * They are Reactor's own, and these. Where the application has Reactor propagate its
 * context to thread locals, one of ours would have them restored at each chunk, and so
 * would {@link Flux#tap}; {@link Flux#doOnEach} tells of a chunk after the subscriber.
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

	// A stream of a model that is subscribed to inside the call of the model. What it
	// calls there is a part of the call.
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

	// Observes one subscription. It throws nothing.
	public interface Observer<T> {

		// A chunk has come.
		void received(T chunk);

		void failed(Throwable failure);

		// The stream is complete, or was cancelled, possibly while a chunk comes on
		// another thread.
		void ended();

	}

}
