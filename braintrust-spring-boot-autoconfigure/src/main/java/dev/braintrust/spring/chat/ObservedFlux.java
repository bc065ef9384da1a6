package dev.braintrust.spring.chat;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.util.context.Context;

/**
 * A stream whose observer sees each signal right before the subscriber does. It is one
 * operator and allocates nothing a chunk; a chain of Reactor's own would cost four, and
 * {@link Flux#tap} restores thread locals at each chunk.
 *
 * @param <T> the type of the chunks
 */
final class ObservedFlux<T> extends FluxOperator<T, T> {

	private final Observer<? super T> observer;

	ObservedFlux(Flux<T> source, Observer<? super T> observer) {
		super(source);
		this.observer = observer;
	}

	@Override
	public void subscribe(CoreSubscriber<? super T> actual) {
		this.source.subscribe(new ObservedSubscriber<>(actual, this.observer));
	}

	/**
	 * Observes one subscription. It throws nothing.
	 *
	 * @param <T> the type of the chunks
	 */
	interface Observer<T> {

		/**
		 * A chunk has come.
		 * @param chunk the chunk
		 */
		void received(T chunk);

		/**
		 * The stream has failed.
		 * @param failure the error
		 */
		void failed(Throwable failure);

		/**
		 * The stream is complete, or was cancelled, possibly while a chunk comes on
		 * another thread.
		 */
		void ended();

	}

	/**
	 * Stands between the source and the subscriber.
	 *
	 * @param <T> the type of the chunks
	 */
	private static final class ObservedSubscriber<T> implements CoreSubscriber<T>, Subscription {

		private final CoreSubscriber<? super T> actual;

		private final Observer<? super T> observer;

		private @Nullable Subscription subscription;

		ObservedSubscriber(CoreSubscriber<? super T> actual, Observer<? super T> observer) {
			this.actual = actual;
			this.observer = observer;
		}

		@Override
		public Context currentContext() {
			return this.actual.currentContext();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			this.subscription = subscription;
			this.actual.onSubscribe(this);
		}

		@Override
		public void onNext(T chunk) {
			this.observer.received(chunk);
			this.actual.onNext(chunk);
		}

		@Override
		public void onError(Throwable failure) {
			this.observer.failed(failure);
			this.actual.onError(failure);
		}

		@Override
		public void onComplete() {
			this.observer.ended();
			this.actual.onComplete();
		}

		@Override
		public void request(long count) {
			if (this.subscription != null) {
				this.subscription.request(count);
			}
		}

		@Override
		public void cancel() {
			this.observer.ended();
			if (this.subscription != null) {
				this.subscription.cancel();
			}
		}

	}

}
