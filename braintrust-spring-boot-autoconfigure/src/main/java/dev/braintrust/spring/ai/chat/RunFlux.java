package dev.braintrust.spring.ai.chat;

import dev.braintrust.spring.reactor.ReactiveSpans;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Hooks;

/**
 * A stream that is subscribed to while its run is current. The run is also current while
 * signals of a model arrive, on any thread. So work that Reactor schedules because of
 * them, such as advisors and tools between two model calls, belongs to the run. The
 * subscriber of the stream is outside the run: it receives the signals in the context
 * that surrounds the run.
 */
final class RunFlux<T> extends FluxOperator<T, T> {

	private final AgentRun run;

	private final boolean signals;

	private RunFlux(Flux<T> source, AgentRun run, boolean signals) {
		super(source);
		this.run = run;
		this.signals = signals;
	}

	// Make a run visible to everything that is subscribed to inside a stream: on the
	// subscribing thread, and in Reactor's context.
	static <T> Flux<T> within(AgentRun run, Flux<T> stream) {
		return new RunFlux<>(stream, run, false)
			.contextWrite((context) -> ReactiveSpans.put(context, run.span()).put(run.runs(), run));
	}

	// Make a run current for the signals of a model, on any thread. If automatic context
	// propagation is on, Reactor does this itself, and an operator of ours would add
	// another restore for each chunk.
	static <T> Flux<T> signals(AgentRun run, Flux<T> responses) {
		return (run.isEnded() || Hooks.isAutomaticContextPropagationEnabled()) ? responses
				: new RunFlux<>(responses, run, true);
	}

	@Override
	public void subscribe(CoreSubscriber<? super T> actual) {
		try (Scope ignored = RunContext.makeCurrent(this.run)) {
			this.source.subscribe(this.signals ? new InsideSubscriber<>(actual, this.run)
					: new OutsideSubscriber<>(actual, this.run));
		}
	}

	/**
	 * Passes signals on in another context.
	 */
	private abstract static class RunSubscriber<T> implements CoreSubscriber<T> {

		private final CoreSubscriber<? super T> actual;

		RunSubscriber(CoreSubscriber<? super T> actual) {
			this.actual = actual;
		}

		abstract Scope open();

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

	/**
	 * Passes the signals of a model on inside the run.
	 */
	private static final class InsideSubscriber<T> extends RunSubscriber<T> {

		private final AgentRun run;

		private final Context subscribed;

		private Context around;

		private Context inside;

		InsideSubscriber(CoreSubscriber<? super T> actual, AgentRun run) {
			super(actual);
			this.run = run;
			this.subscribed = Context.current();
			this.around = this.subscribed;
			this.inside = this.subscribed;
		}

		// All chunks usually arrive on threads with the same, empty context.
		@Override
		Scope open() {
			Context current = Context.current();
			if (current != this.around) {
				this.inside = RunContext.carried(this.run, current, this.subscribed);
				this.around = current;
			}
			return this.inside.makeCurrent();
		}

	}

	/**
	 * Passes the signals of a stream on outside the run.
	 */
	private static final class OutsideSubscriber<T> extends RunSubscriber<T> {

		private final AgentRun run;

		private @Nullable Context inside;

		private Context outside = Context.root();

		OutsideSubscriber(CoreSubscriber<? super T> actual, AgentRun run) {
			super(actual);
			this.run = run;
		}

		@Override
		Scope open() {
			Context current = Context.current();
			if (current != this.inside) {
				if (!RunContext.isCurrent(this.run, current)) {
					return Scope.noop();
				}
				this.outside = RunContext.outside(this.run, current);
				this.inside = current;
			}
			return this.outside.makeCurrent();
		}

	}

}
