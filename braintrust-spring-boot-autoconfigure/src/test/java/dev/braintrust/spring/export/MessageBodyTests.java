package dev.braintrust.spring.export;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.Flow;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what the HTTP client is given.
 */
class MessageBodyTests {

	private final byte[] message = new byte[100_000];

	MessageBodyTests() {
		new Random(1).nextBytes(this.message);
	}

	@Test
	void messageIsGivenWholeAndEndsOnce() {
		for (long demand : new long[] { 1, 2, Long.MAX_VALUE }) {
			Taker taker = new Taker(demand);
			new MessageBody(this.message).subscribe(taker);
			assertThat(taker.taken.toByteArray()).as("demand %s", demand).isEqualTo(this.message);
			assertThat(taker.ends).isOne();
		}
	}

	@Test
	void messageIsGivenAgainToTheNext() {
		MessageBody body = new MessageBody(this.message);
		body.subscribe(new Taker(1));
		Taker taker = new Taker(1);
		body.subscribe(taker);
		assertThat(taker.taken.toByteArray()).isEqualTo(this.message);
	}

	@Test
	void noMoreIsGivenThanIsAskedForAndNothingAfterTheEnd() {
		Taker taker = new Taker(0);
		new MessageBody(this.message).subscribe(taker);
		assertThat(taker.taken.size()).isZero();
		taker.subscription.request(1);
		int first = taker.taken.size();
		assertThat(first).isPositive().isLessThan(this.message.length);
		taker.subscription.cancel();
		taker.subscription.request(1);
		assertThat(taker.taken.size()).isEqualTo(first);
		assertThat(taker.ends).isZero();
	}

	@Test
	void askingForNothingIsAnError() {
		Taker taker = new Taker(0);
		new MessageBody(this.message).subscribe(taker);
		taker.subscription.request(0);
		assertThat(taker.failure).isInstanceOf(IllegalArgumentException.class);
		taker.subscription.request(1);
		assertThat(taker.taken.size()).isZero();
	}

	/**
	 * Takes what it is given, and asks for more while it does.
	 */
	private static final class Taker implements Flow.Subscriber<ByteBuffer> {

		private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

		private final long demand;

		private Flow.Subscription subscription;

		private int ends;

		private Throwable failure;

		Taker(long demand) {
			this.demand = demand;
		}

		@Override
		public void onSubscribe(Flow.Subscription subscription) {
			this.subscription = subscription;
			if (this.demand > 0) {
				subscription.request(this.demand);
			}
		}

		@Override
		public void onNext(ByteBuffer slice) {
			byte[] bytes = new byte[slice.remaining()];
			slice.get(bytes);
			this.taken.writeBytes(bytes);
			if (this.demand > 0) {
				this.subscription.request(this.demand);
			}
		}

		@Override
		public void onError(Throwable throwable) {
			this.failure = throwable;
		}

		@Override
		public void onComplete() {
			this.ends++;
		}

	}

}
