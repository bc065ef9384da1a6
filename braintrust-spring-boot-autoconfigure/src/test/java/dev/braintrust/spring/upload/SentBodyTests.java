package dev.braintrust.spring.upload;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.Attachments;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.AbstractResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SentBody}.
 */
class SentBodyTests {

	private static final int SIZE = 200_000;

	private final SourceReads reads = new SourceReads();

	private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();

	private final Receiver receiver = new Receiver();

	private final SentBody body = new SentBody(Attachments.of(new Closing()), SIZE, this.reads.ofProject(),
			Duration.ofMinutes(1));

	@AfterEach
	void close() {
		this.reads.close();
	}

	@Test
	void bodyThatIsSentWholeIsClosedOnce() throws InterruptedException {
		this.body.subscribe(this.receiver);
		this.receiver.request(Long.MAX_VALUE);
		assertThat(this.closed.poll(1, TimeUnit.MINUTES)).isEqualTo("braintrust-read");
		assertThat(this.body.giveUp()).isFalse();
		assertThat(this.closed.poll(100, TimeUnit.MILLISECONDS)).isNull();
	}

	@Test
	void bodyThatIsGivenUpBetweenTwoPiecesIsClosedOnceWhereClosingMayHang() throws InterruptedException {
		this.body.subscribe(this.receiver);
		this.receiver.request(1);
		assertThat(this.receiver.pieces.poll(1, TimeUnit.MINUTES)).isNotNull();
		assertThat(this.body.giveUp()).isFalse();
		assertThat(this.closed.poll(1, TimeUnit.MINUTES)).isEqualTo("braintrust-read");
		assertThat(this.body.giveUp()).isFalse();
		assertThat(this.closed.poll(100, TimeUnit.MILLISECONDS)).isNull();
	}

	/**
	 * Requests as many pieces as the test says.
	 */
	private static final class Receiver implements Flow.Subscriber<ByteBuffer> {

		private final BlockingQueue<ByteBuffer> pieces = new LinkedBlockingQueue<>();

		private Flow.Subscription subscription;

		void request(long count) {
			this.subscription.request(count);
		}

		@Override
		public void onSubscribe(Flow.Subscription subscription) {
			this.subscription = subscription;
		}

		@Override
		public void onNext(ByteBuffer piece) {
			this.pieces.add(piece);
		}

		@Override
		public void onError(Throwable failure) {
		}

		@Override
		public void onComplete() {
		}

	}

	/**
	 * A resource that records the thread that closes it.
	 */
	private final class Closing extends AbstractResource {

		@Override
		public long contentLength() {
			return SIZE;
		}

		@Override
		public InputStream getInputStream() {
			return new ByteArrayInputStream(new byte[SIZE]) {
				@Override
				public void close() {
					SentBodyTests.this.closed.add(Thread.currentThread().getName());
				}
			};
		}

		@Override
		public String getDescription() {
			return "closing";
		}

	}

}
