package dev.braintrust.spring.chat;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;

/**
 * A stream that is subscribed to while its run is current. The signals of a model arrive
 * while it is current too, whatever thread they arrive on: so work that Reactor schedules
 * because of them is done for the run, such as that of advisors and tools between two
 * calls of the model.
 *
 * @param <T> the type of the chunks
 */
final class RunFlux<T> extends FluxOperator<T, T> {

	private final AgentRun run;

	private final boolean signals;

	/**
	 * Create a stream.
	 * @param source the stream
	 * @param run the run that it is part of
	 * @param signals whether the run is current for signals too
	 */
	RunFlux(Flux<T> source, AgentRun run, boolean signals) {
		super(source);
		this.run = run;
		this.signals = signals;
	}

	@Override
	public void subscribe(CoreSubscriber<? super T> actual) {
		try (Scope ignored = this.run.makeCurrent()) {
			this.source.subscribe(this.signals ? new RunSubscriber<>(actual, this.run) : actual);
		}
	}

	/**
	 * Receives the signals.
	 *
	 * @param <T> the type of the chunks
	 */
	private static final class RunSubscriber<T> implements CoreSubscriber<T> {

		private final CoreSubscriber<? super T> actual;

		private final AgentRun run;

		private final Context subscribed;

		private Context around;

		private Context inside;

		RunSubscriber(CoreSubscriber<? super T> actual, AgentRun run) {
			this.actual = actual;
			this.run = run;
			this.subscribed = Context.current();
			this.around = this.subscribed;
			this.inside = this.subscribed;
		}

		// All chunks of a stream mostly come on threads with the same context: none.
		private Scope open() {
			Context current = Context.current();
			if (current != this.around) {
				this.inside = this.run.carried(current, this.subscribed);
				this.around = current;
			}
			return this.inside.makeCurrent();
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
		public void onNext(T chunk) {
			try (Scope ignored = open()) {
				this.actual.onNext(chunk);
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
