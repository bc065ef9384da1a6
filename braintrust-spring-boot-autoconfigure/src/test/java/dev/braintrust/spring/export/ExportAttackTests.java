package dev.braintrust.spring.export;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.braintrust.spring.api.HttpClients;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the export keeps its guarantees when readers, threads and proxies misbehave.
 */
@Tag("fault")
class ExportAttackTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(10);

	private static final RequestTries.Pace FAST = new RequestTries.Pace(Duration.ofMillis(5), Duration.ofMillis(5),
			Duration.ofMillis(20), LONG);

	private static final long MB = 1L << 20;

	@Test
	void spansThatEndNearTheEndOfTheStackNeitherStickNorDrift() throws Exception {
		assertThat(StackEnd.play(200)).isEqualTo("well");
	}

	@Test
	@Tag("process")
	void spansThatEndNearTheEndOfAnInterpretedStackNeitherStickNorDrift() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xint", "-Xss512k", "-cp", System.getProperty("java.class.path"), StackEnd.class.getName())
			.redirectErrorStream(true)
			.start();
		String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(said).endsWith("well\n");
		assertThat(process.waitFor()).isZero();
	}

	@Test
	void projectWhoseRequestOutgrowsTheBudgetIsPaidForByNoOther() {
		QueueLimits limits = new QueueLimits(8 * MB, 5000, MB, 20 * MB);
		StagedTransport transport = new StagedTransport();
		try (SpanPipeline pipeline = new SpanPipeline(transport,
				new RequestTries.Pace(Duration.ofHours(1), Duration.ZERO, Duration.ZERO, Duration.ZERO), limits)) {
			// Spans that are larger than their declared size, as exception messages
			// once were.
			SpanSink growing = pipeline.open(SpanSource.settings("a", "http://127.0.0.1:9"), new GrowingReader());
			SpanData span = span();
			IntStream.range(0, 12).forEach((i) -> growing.add(new SpanSource.Waiting(span)));
			CompletableFuture<Boolean> flush = CompletableFuture.supplyAsync(() -> growing.flush(Duration.ZERO));
			transport.next();
			flush.join();
			SpanSource.seen(pipeline);
			assertThat(growing.status().queuedBytes()).isGreaterThan(limits.maxBytes());
			SpanSource well = new SpanSource(pipeline, SpanSource.settings("b", "http://127.0.0.1:9"));
			for (int round = 0; round < 6; round++) {
				well.endHolding(4096, SpanSource.names(1, 100).toArray(String[]::new));
				CompletableFuture<Boolean> sent = CompletableFuture.supplyAsync(() -> well.flush(LONG));
				StagedTransport.Request request = transport.next();
				assertThat(request.spans()).hasSize(100);
				assertThat(request.without(LossReason.QUEUE_FULL)).isEmpty();
				request.answer(200);
				assertThat(sent.join()).isTrue();
			}
			assertThat(well.status().lost()).isEmpty();
			assertThat(well.status().contentLost()).isEmpty();
		}
	}

	@Test
	void appenderThatBlocksCostsMessagesAndNoSpans() {
		CountDownLatch never = new CountDownLatch(1);
		AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {

			@Override
			protected void append(ILoggingEvent event) {
				try {
					never.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}

		};
		LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
		Logger logger = context.getLogger(SpanPipeline.class);
		appender.setContext(context);
		appender.start();
		logger.addAppender(appender);
		try (FaultyServer server = new FaultyServer(List.of());
				FaultyServer failing = new FaultyServer(() -> FaultyServer.Fault.UNAUTHORIZED);
				SpanPipeline pipeline = pipeline()) {
			List<SpanSource> failed = IntStream.range(0, 3)
				.mapToObj((i) -> source(pipeline, "failing-" + i, failing).end("a"))
				.toList();
			failed.forEach((source) -> source.flush(LONG));
			SpanSource well = source(pipeline, "well", server).end(1, 1000);
			assertThat(well.flush(LONG)).isTrue();
			assertThat(well.status().sent()).isEqualTo(1000);
			failed.forEach((source) -> assertThat(source.status().totalLost()).isEqualTo(1));
		}
		finally {
			logger.detachAppender(appender);
			never.countDown();
		}
	}

	@Test
	void proxySelectorThatHangsHoldsUpTheCloseNoLongerThanItsTime() {
		CountDownLatch never = new CountDownLatch(1);
		ProxySelector original = ProxySelector.getDefault();
		ProxySelector.setDefault(new ProxySelector() {

			@Override
			public List<Proxy> select(URI uri) {
				while (never.getCount() > 0) {
					try {
						never.await();
					}
					catch (InterruptedException ex) {
						// Ignores interrupts.
					}
				}
				return List.of(Proxy.NO_PROXY);
			}

			@Override
			public void connectFailed(URI uri, SocketAddress address, IOException failure) {
			}

		});
		long start = System.nanoTime();
		try (FaultyServer server = new FaultyServer(List.of());
				SpanPipeline pipeline = new SpanPipeline(SpanTransport.over(new HttpClients(null)),
						new RequestTries.Pace(Duration.ofMillis(5), Duration.ZERO, Duration.ZERO,
								Duration.ofMillis(500)),
						QueueLimits.DEFAULT)) {
			SpanSource source = source(pipeline, "support", server).end("a");
			pipeline.close();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
			assertThat(source.status().totalLost()).isEqualTo(1);
		}
		finally {
			never.countDown();
			ProxySelector.setDefault(original);
		}
	}

	@Test
	void spansWithoutAnAnswerAtTheCloseAreCountedAsUnanswered() {
		try (FaultyServer server = new FaultyServer(() -> FaultyServer.Fault.REPLY_LOST);
				SpanPipeline pipeline = pipeline()) {
			SpanSource source = source(pipeline, "support", server).end(1, 512);
			while (server.accepted().isEmpty()) {
				Thread.onSpinWait();
			}
			source.end("later");
			pipeline.close(Duration.ZERO);
			assertThat(source.status().lost()).containsEntry(LossReason.UNANSWERED, (long) server.accepted().size())
				.containsKey(LossReason.SHUTDOWN);
			assertThat(source.status().totalLost()).isEqualTo(513);
		}
	}

	private static SpanData span() {
		return RandomSpans.next(new Random(1));
	}

	private static SpanPipeline pipeline() {
		return new SpanPipeline(SpanTransport.over(new HttpClients(null)), FAST, QueueLimits.DEFAULT);
	}

	private static SpanSource source(SpanPipeline pipeline, String key, FaultyServer server) {
		return new SpanSource(pipeline,
				SpanSource.settings(key, "project_name:" + key, "sk-" + key, server.url(), REQUEST_TIMEOUT));
	}

	/**
	 * Reads spans that are larger than their declared size.
	 */
	private static final class GrowingReader extends SpanSource.Reader {

		@Override
		public List<SpanData> read(List<WaitingSpan> spans) {
			Attributes attributes = Attributes.of(AttributeKey.stringKey("message"), "x".repeat((int) MB));
			return super.read(spans).stream().<SpanData>map((span) -> new DelegatingSpanData(span) {

				@Override
				public Attributes getAttributes() {
					return attributes;
				}

			}).toList();
		}

	}

}
