package dev.braintrust.spring.ai;

import reactor.core.publisher.Flux;

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
