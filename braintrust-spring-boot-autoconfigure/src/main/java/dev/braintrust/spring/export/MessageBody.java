package dev.braintrust.spring.export;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives a message to the HTTP client in slices. The publisher of the JDK makes a copy of
 * all of it first.
 *
 * @param message the message
 */
record MessageBody(byte[] message) implements Flow.Publisher<ByteBuffer> {

	private static final int SLICE_LENGTH = 16 * 1024;

	@Override
	public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
		subscriber.onSubscribe(new Slices(this.message, subscriber));
	}

	/**
	 * The slices of one subscriber. Whoever asks while others are handed out leaves the
	 * handing out to them.
	 */
	private static final class Slices implements Flow.Subscription {

		private final AtomicLong demand = new AtomicLong();

		private final byte[] message;

		private final Flow.Subscriber<? super ByteBuffer> subscriber;

		private int position;

		private volatile boolean ended;

		Slices(byte[] message, Flow.Subscriber<? super ByteBuffer> subscriber) {
			this.message = message;
			this.subscriber = subscriber;
		}

		@Override
		public void request(long count) {
			if (count <= 0) {
				if (!this.ended) {
					this.ended = true;
					this.subscriber.onError(new IllegalArgumentException("Nothing is asked for"));
				}
			}
			else if (this.demand.getAndAccumulate(count, Slices::sum) == 0) {
				handOut();
			}
		}

		private static long sum(long one, long another) {
			return (another > Long.MAX_VALUE - one) ? Long.MAX_VALUE : one + another;
		}

		private void handOut() {
			do {
				if (this.ended) {
					return;
				}
				int length = Math.min(SLICE_LENGTH, this.message.length - this.position);
				ByteBuffer slice = ByteBuffer.wrap(this.message, this.position, length).slice();
				this.position += length;
				this.subscriber.onNext(slice.asReadOnlyBuffer());
				if (this.position == this.message.length && !this.ended) {
					this.ended = true;
					this.subscriber.onComplete();
				}
			}
			while (this.demand.decrementAndGet() > 0);
		}

		@Override
		public void cancel() {
			this.ended = true;
		}

	}

}
