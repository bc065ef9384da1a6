package dev.braintrust.spring.reactor;

import dev.braintrust.spring.ProjectSpan;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.reactivestreams.Subscription;
import reactor.core.CorePublisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;

/**
 * Work that is subscribed to while a span is current. The receiver of its signals is
 * outside the span.
 */
final class ScopedWork {

	private ScopedWork() {
	}

	static <T> Mono<T> mono(Mono<T> source, ProjectSpan span) {
		return new MonoOperator<>(source) {

			@Override
			public void subscribe(CoreSubscriber<? super T> actual) {
				ScopedWork.subscribe(this.source, actual, span);
			}

		};
	}

	static <T> Flux<T> flux(Flux<T> source, ProjectSpan span) {
		return new FluxOperator<>(source) {

			@Override
			public void subscribe(CoreSubscriber<? super T> actual) {
				ScopedWork.subscribe(this.source, actual, span);
			}

		};
	}

	private static <T> void subscribe(CorePublisher<? extends T> source, CoreSubscriber<? super T> actual,
			ProjectSpan span) {
		Context outside = Context.current();
		try (Scope ignored = span.makeCurrent()) {
			source.subscribe(new OutsideSubscriber<>(actual, outside, Context.current()));
		}
	}

	/**
	 * Passes on the signals of the work without its span: the work may emit all of its
	 * signals during the subscription, but the code that receives them is not part of the
	 * span.
	 */
	private static final class OutsideSubscriber<T> implements CoreSubscriber<T> {

		private final CoreSubscriber<? super T> actual;

		private final Context outside;

		private final Context inside;

		OutsideSubscriber(CoreSubscriber<? super T> actual, Context outside, Context inside) {
			this.actual = actual;
			this.outside = outside;
			this.inside = inside;
		}

		private Scope open() {
			return (Context.current() == this.inside) ? this.outside.makeCurrent() : Scope.noop();
		}

		@Override
		public reactor.util.context.Context currentContext() {
			return this.actual.currentContext();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			this.actual.onSubscribe(subscription);
		}

		@Override
		public void onNext(T value) {
			try (Scope ignored = open()) {
				this.actual.onNext(value);
			}
		}

		@Override
		public void onError(Throwable failure) {
			try (Scope ignored = open()) {
				this.actual.onError(failure);
			}
		}

		@Override
		public void onComplete() {
			try (Scope ignored = open()) {
				this.actual.onComplete();
			}
		}

	}

}
