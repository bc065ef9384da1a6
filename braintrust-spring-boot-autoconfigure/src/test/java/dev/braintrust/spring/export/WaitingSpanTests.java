package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of spans that cannot be read yet, for example because an upload is in flight.
 */
class WaitingSpanTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private final StagedTransport transport = new StagedTransport();

	private final SpanPipeline pipeline = new SpanPipeline(this.transport,
			new RequestTries.Pace(Duration.ofMillis(1), Duration.ZERO, Duration.ZERO, LONG),
			new QueueLimits(8 << 20, 5000, 1 << 20, 2 << 20));

	private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();

	private final BlockingQueue<List<SpanData>> released = new LinkedBlockingQueue<>();

	private final SpanSource source = SpanSource.of(this.pipeline, SpanSource.settings("support", "http://127.0.0.1:9"),
			new WaitingReader());

	@AfterEach
	void close() {
		this.transport.acceptAll();
		this.pipeline.close();
	}

	@Test
	void spanThatWaitsHoldsUpNoOtherAndIsSentWhenItIsResumed() throws InterruptedException {
		this.source.end("waits", "other");
		Runnable resume = this.waiting.take();
		this.transport.next().answer(200);
		assertThat(this.source.flush(LONG)).isTrue();
		assertThat(this.source.status().ended()).isEqualTo(2);
		assertThat(this.source.status().sent()).isEqualTo(1);
		assertThat(this.source.status().queued()).isEqualTo(1);
		assertThat(this.source.status().queuedBytes()).isPositive();
		resume.run();
		StagedTransport.Request request = this.transport.next();
		assertThat(request.spans()).containsExactly("waits");
		request.answer(200);
		assertThat(this.source.flush(LONG)).isTrue();
		assertThat(this.source.status().ended()).isEqualTo(2);
		assertThat(this.source.status().sent()).isEqualTo(2);
		assertThat(this.source.status().queuedBytes()).isZero();
	}

	@Test
	void whatWasReadIsReleasedOnceItIsInAMessage() throws InterruptedException {
		this.source.end("span");
		StagedTransport.Request request = this.transport.next();
		assertThat(this.released.poll(LONG.toSeconds(), TimeUnit.SECONDS)).extracting(SpanData::getName)
			.containsExactly("span");
		request.answer(200);
	}

	@Test
	void spanThatStillWaitsAtTheCloseIsCountedAsLost() throws InterruptedException {
		this.source.end("waits");
		Runnable resume = this.waiting.take();
		this.pipeline.close();
		resume.run();
		assertThat(this.source.status().lost()).isEqualTo(Map.of(LossReason.SHUTDOWN, 1L));
		assertThat(this.source.status().queued()).isZero();
	}

	/**
	 * Reads a span of a certain name only at the second attempt.
	 */
	private final class WaitingReader extends SpanSource.Reader {

		private volatile boolean resumed;

		@Override
		public List<SpanData> read(List<WaitingSpan> spans) {
			return super.read(spans).stream().map((span) -> isWaiting(span) ? null : span).toList();
		}

		@Override
		public void release(List<SpanData> read) {
			WaitingSpanTests.this.released.add(read);
		}

		private boolean isWaiting(SpanData span) {
			return span.getName().equals("waits") && !this.resumed;
		}

		@Override
		public void await(WaitingSpan span, Runnable resume) {
			WaitingSpanTests.this.waiting.add(() -> {
				this.resumed = true;
				resume.run();
			});
		}

	}

}
