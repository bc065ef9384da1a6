package dev.braintrust.spring.export;

import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link SpanPipeline} against answers that come when a test says so. Unless it
 * says otherwise nothing is due for an hour, so that what is sent is sent for a reason.
 */
@ExtendWith(OutputCaptureExtension.class)
class SpanPipelineTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private static final Duration SHORT = Duration.ofMillis(50);

	private static final Duration HOUR = Duration.ofHours(1);

	private static final SpanContext SAMPLED = SpanContext.create("0af7651916cd43dd8448eb211c80319c",
			"b7ad6b7169203331", TraceFlags.getSampled(), TraceState.getDefault());

	private static final String URL = "http://127.0.0.1:9";

	private final StagedTransport transport = new StagedTransport();

	private final SpanPipeline pipeline = pipeline(HOUR, Duration.ZERO);

	private final SpanSource support = source("support");

	@AfterEach
	void close() {
		this.transport.acceptAll();
		this.pipeline.close();
	}

	@Test
	void spanIsSentAfterTheInterval() {
		try (SpanPipeline eager = pipeline(Duration.ofMillis(1), Duration.ZERO)) {
			new SpanSource(eager, SpanSource.settings("eager", URL)).end("a");
			StagedTransport.Request request = this.transport.next();
			assertThat(request.project()).isEqualTo("eager");
			assertThat(request.spans()).containsExactly("a");
			request.answer(200);
		}
	}

	@Test
	void fullBatchIsSentAtOnce() {
		this.support.end(1, 512);
		StagedTransport.Request request = this.transport.next();
		assertThat(request.spans()).isEqualTo(SpanSource.names(1, 512));
		request.answer(200);
	}

	@Test
	void fullBatchThatGatheredDuringARequestIsSentAfterIt() {
		this.support.end(1, 512);
		StagedTransport.Request request = this.transport.next();
		this.support.end(513, 1100);
		request.answer(200);
		StagedTransport.Request second = this.transport.next();
		assertThat(second.spans()).isEqualTo(SpanSource.names(513, 1024));
		second.answer(200);
	}

	@Test
	void batchHoldsAtMost512Spans() {
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.end(1, 1300));
		for (int size : new int[] { 512, 512, 276 }) {
			StagedTransport.Request request = this.transport.next();
			assertThat(request.spans()).hasSize(size);
			request.answer(200);
		}
		assertThat(flush.join()).isTrue();
	}

	@Test
	void oneRequestOfAProjectIsUnderWayAtATime() {
		this.support.end(1, 1024);
		StagedTransport.Request first = this.transport.next();
		source("research").end(1, 512);
		assertThat(this.transport.next().project()).isEqualTo("research");
		assertThat(this.transport.isQuiet()).isTrue();
		first.answer(200);
		assertThat(this.transport.next().spans()).isEqualTo(SpanSource.names(513, 1024));
	}

	@Test
	void readersThatHangHoldUpNoOtherProject() {
		CompletableFuture<Void> end = new CompletableFuture<>();
		try {
			for (String key : List.of("one", "two", "three")) {
				SpanSource.of(this.pipeline, SpanSource.settings(key, URL), new SlowReader(end)).end(1, 512);
			}
			this.support.end(1, 512);
			assertThat(this.transport.next().project()).isEqualTo("support");
			assertThat(this.transport.isQuiet()).isTrue();
		}
		finally {
			end.complete(null);
		}
		assertThat(List.of(this.transport.next(), this.transport.next(), this.transport.next()))
			.extracting(StagedTransport.Request::project)
			.containsExactlyInAnyOrder("one", "two", "three");
	}

	@Test
	void slowReaderSharesItsThreadWithOthers() {
		StartedThreads threads = new StartedThreads();
		for (int i = 0; i < 5; i++) {
			SpanSource
				.of(this.pipeline, SpanSource.settings("p" + i, URL),
						new SlowReader(CompletableFuture.completedFuture(null)))
				.end(1, 512);
		}
		for (int i = 0; i < 5; i++) {
			this.transport.next();
		}
		assertThat(threads.names()).filteredOn((name) -> name.equals("braintrust-filter")).hasSizeBetween(1, 2);
		this.transport.acceptAll();
		this.pipeline.close();
		threads.awaitEnd("braintrust-filter");
	}

	@Test
	void flushWaitsForTheRequestUnderWayAndForWhatWaitsBehindIt() {
		this.support.end(1, 512);
		StagedTransport.Request first = this.transport.next();
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.end("a"));
		first.answer(200);
		StagedTransport.Request second = this.transport.next();
		assertThat(flush).isNotDone();
		assertThat(second.spans()).containsExactly("a");
		second.answer(202);
		assertThat(flush.join()).isTrue();
	}

	@Test
	void flushDoesNotWaitForSpansThatCameLater() {
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.end("a"));
		StagedTransport.Request request = this.transport.next();
		this.support.end("later");
		request.answer(200);
		assertThat(flush.join()).isTrue();
		assertThat(this.transport.isQuiet()).isTrue();
	}

	@Test
	void flushDoesNotCountSpansThatFoundNoPlaceMeanwhile() {
		fill();
		StagedTransport.Request request = this.transport.next();
		CompletableFuture<Boolean> flush = flushAfter(() -> {
		});
		this.support.end(1, 5000);
		assertThat(this.pipeline.lost()).isEqualTo(5000);
		for (int batch = 0; batch < 8; batch++) {
			request.answer(200);
			request = this.transport.next();
			assertThat(flush).isNotDone();
		}
		request.answer(200);
		assertThat(flush.join()).isTrue();
	}

	@Test
	void flushOfNothingIsDone() {
		assertThat(this.pipeline.flush(Duration.ZERO)).isTrue();
	}

	@Test
	void flushTakesAnyTimeout() {
		CompletableFuture<Boolean> flush = CompletableFuture
			.supplyAsync(() -> this.pipeline.flush(Duration.ofSeconds(Long.MAX_VALUE)));
		assertThat(flush.join()).isTrue();
		this.support.end("a");
		assertThat(this.pipeline.flush(Duration.ofSeconds(-1))).isFalse();
		this.transport.next().answer(200);
	}

	@Test
	void flushIsFalseWhereNoAnswerComesInTime() {
		this.support.end("a");
		assertThat(this.pipeline.flush(SHORT)).isFalse();
		assertThat(this.pipeline.lost()).isZero();
		this.transport.next().answer(200);
	}

	@Test
	void flushIsFalseWhereSomethingIsLost() {
		source("research").end("b");
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.end("a"));
		for (int request = 0; request < 2; request++) {
			StagedTransport.Request next = this.transport.next();
			next.answer(next.project().equals("support") ? 400 : 200);
		}
		assertThat(flush.join()).isFalse();
		assertThat(this.pipeline.lost()).isEqualTo(1);
	}

	@Test
	void flushIsTrueAfterALossBeforeIt() {
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.end("a"));
		this.transport.next().answer(400);
		assertThat(flush.join()).isFalse();
		flush = flushAfter(() -> this.support.end("b"));
		this.transport.next().answer(200);
		assertThat(flush.join()).isTrue();
	}

	@Test
	void flushThatIsInterruptedIsFalse() {
		this.support.end("a");
		Thread.currentThread().interrupt();
		assertThat(this.pipeline.flush(LONG)).isFalse();
		assertThat(Thread.interrupted()).isTrue();
		this.transport.next().answer(200);
	}

	@Test
	void requestIsRepeatedDuringAFlushAndSaidOnce(CapturedOutput output) {
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.end("a", "b"));
		this.transport.next().answer(503);
		this.transport.next().fail(new CompletionException(new ConnectException("refused")));
		StagedTransport.Request third = this.transport.next();
		assertThat(flush).isNotDone();
		assertThat(third.spans()).containsExactly("a", "b");
		third.answer(200);
		assertThat(flush.join()).isTrue();
		assertThat(occurrences(output, "cannot be sent to " + URL + "/otel/v1/traces at the moment (status 503)"))
			.isEqualTo(1);
		assertThat(output).doesNotContain("ConnectException");
	}

	@Test
	void repeatedRequestCarriesTheSameSpansAlthoughOthersCame() {
		this.support.end("a").end(1, 511);
		StagedTransport.Request first = this.transport.next();
		this.support.end("later");
		first.answer(429);
		StagedTransport.Request second = this.transport.next();
		assertThat(second.spans()).isEqualTo(first.spans());
		second.answer(200);
	}

	@Test
	void requestThatPausesIsRepeatedAtOnceByAFlush() {
		try (SpanPipeline patient = pipeline(HOUR, HOUR)) {
			new SpanSource(patient, SpanSource.settings("patient", URL)).end(1, 512);
			this.transport.next().answer(503);
			CompletableFuture<Boolean> flush = CompletableFuture.supplyAsync(() -> patient.flush(LONG));
			this.transport.next().answer(200);
			assertThat(flush.join()).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 429, 502, 503, 504 })
	void requestIsRepeatedAfterAStatusThatMayPass(int status) {
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.end("a"));
		this.transport.next().answer(status);
		this.transport.next().answer(200);
		assertThat(flush.join()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(ints = { 100, 302, 400, 401, 403, 404, 405, 413, 500, 501 })
	void requestIsNotRepeatedAfterAnyOtherStatus(int status) {
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.end("a"));
		this.transport.next().answer(status);
		assertThat(flush.join()).isFalse();
		assertThat(this.transport.isQuiet()).isTrue();
	}

	@Test
	void spansThatFindNoPlaceAreCountedAndSaidOnce(CapturedOutput output) {
		fill();
		this.support.end(1, 1000);
		assertThat(this.pipeline.lost()).isEqualTo(1000);
		this.transport.next().answer(503);
		this.support.end(1, 1000);
		this.transport.next().answer(503);
		this.support.end(1, 1000);
		assertThat(this.pipeline.lost()).isEqualTo(3000);
		assertThat(occurrences(output, "Spans of the Braintrust project 'support' end faster than they can be sent; "
				+ "4096 are waiting, and further ones are lost."))
			.isEqualTo(1);
		assertThat(occurrences(output, "cannot be sent")).isEqualTo(1);
	}

	@Test
	void queueThatFillsAgainBeforeItWasEmptyIsNotSaidAgain(CapturedOutput output) {
		fill();
		this.support.end("no place");
		this.transport.next().answer(200);
		this.transport.next();
		this.support.end(1, 600);
		assertThat(this.pipeline.lost()).isEqualTo(1 + 600 - 512);
		assertThat(occurrences(output, "end faster than they can be sent")).isEqualTo(1);
	}

	@Test
	void queueThatFillsAgainAfterItWasEmptyIsSaidAgain(CapturedOutput output) {
		for (int round = 1; round <= 2; round++) {
			fill();
			this.support.end("a", "b");
			CompletableFuture<Boolean> flush = flushAfter(() -> {
			});
			for (int batch = 0; batch < 9; batch++) {
				this.transport.next().answer(200);
			}
			assertThat(flush.join()).isTrue();
			assertThat(this.pipeline.lost()).isEqualTo(2 * round);
			assertThat(occurrences(output, "end faster than they can be sent")).isEqualTo(round);
		}
	}

	@Test
	void fullQueueOfOneProjectTakesNothingFromAnother() {
		fill();
		this.transport.next();
		this.support.end("no place");
		CompletableFuture<Boolean> flush = flushAfter(() -> source("research").end("a"));
		StagedTransport.Request request = this.transport.next();
		assertThat(request.project()).isEqualTo("research");
		assertThat(request.spans()).containsExactly("a");
		request.answer(200);
		assertThat(flush).isNotDone();
		assertThat(this.pipeline.lost()).isEqualTo(1);
	}

	@Test
	void exceptionOfOneRequestStopsNothingElse(CapturedOutput output) {
		CompletableFuture<Boolean> flush = flushAfter(() -> {
			this.transport.throwing(new IllegalArgumentException("sk-support"));
			this.support.end("a");
		});
		assertThat(flush.join()).isFalse();
		assertThat(this.pipeline.lost()).isEqualTo(1);
		assertThat(output)
			.contains("Spans of the Braintrust project 'support' could not be made into a request and "
					+ "are lost (IllegalArgumentException).")
			.doesNotContain("sk-support");
		assertNextSpanArrives();
	}

	@Test
	void errorOfOneRequestStopsNothingElse() {
		CompletableFuture<Boolean> flush = flushAfter(() -> {
			this.transport.throwing(new NoClassDefFoundError("jdk/net/http/Gone"));
			this.support.end("a");
		});
		assertThat(flush.join()).isFalse();
		assertNextSpanArrives();
	}

	@Test
	void spanThatCannotBeReadStopsNothingElse() {
		Consumer<ReadableSpan> queue = SpanSource.queue(this.pipeline, SpanSource.settings("broken", URL));
		CompletableFuture<Boolean> flush = flushAfter(() -> queue.accept(unreadable()));
		assertThat(flush.join()).isFalse();
		assertNextSpanArrives();
	}

	@Test
	void workerThatWasInterruptedIsReplaced() {
		StartedThreads threads = new StartedThreads();
		this.support.end("a");
		assertThat(threads.names()).containsExactly("braintrust-export");
		threads.list().forEach(Thread::interrupt);
		threads.awaitEnd("braintrust-export");
		CompletableFuture<Boolean> flush = flushAfter(() -> {
		});
		StagedTransport.Request request = this.transport.next();
		assertThat(request.spans()).containsExactly("a");
		request.answer(200);
		assertThat(flush.join()).isTrue();
	}

	@Test
	void closeSendsWhatWaits() {
		this.support.end("a");
		CompletableFuture<Void> close = CompletableFuture.runAsync(this.pipeline::close);
		StagedTransport.Request request = this.transport.next();
		assertThat(this.transport.isClosed()).isFalse();
		request.answer(200);
		close.join();
		assertThat(this.transport.isClosed()).isTrue();
		assertThat(this.pipeline.lost()).isZero();
	}

	@Test
	void closeGivesUpTheRequestUnderWayWhenItsTimeIsOver(CapturedOutput output) {
		SpanPipeline hurried = new SpanPipeline(this.transport, new Pace(HOUR, Duration.ZERO, Duration.ZERO, SHORT));
		SpanSource source = new SpanSource(hurried, SpanSource.settings("hurried", URL)).end(1, 600);
		StagedTransport.Request request = this.transport.next();
		hurried.close();
		assertThat(this.transport.isClosed()).isTrue();
		assertThat(hurried.lost()).isEqualTo(600);
		assertThat(output).contains("600 spans of the Braintrust project 'hurried' could not be sent before the "
				+ "application context closed, and are lost.");
		request.answer(503);
		source.end("after");
		assertThat(hurried.flush(SHORT)).isTrue();
		assertThat(this.transport.isQuiet()).isTrue();
		assertThat(hurried.lost()).isEqualTo(601);
		assertThat(output).doesNotContain("sent again").doesNotContain("accepted again");
	}

	@Test
	void spansThatEndAfterCloseAreDroppedAndSaidOnce(CapturedOutput output) {
		this.pipeline.close();
		this.support.end("a", "b");
		assertThat(this.pipeline.lost()).isEqualTo(2);
		assertThat(this.transport.isQuiet()).isTrue();
		assertThat(occurrences(output, "Spans of the Braintrust project 'support' ended after the application "
				+ "context had closed, and are lost."))
			.isEqualTo(1);
	}

	@Test
	void closeThatIsRepeatedDoesNothing() {
		this.support.end("a");
		CompletableFuture<Void> close = CompletableFuture.runAsync(this.pipeline::close);
		this.transport.next().answer(200);
		close.join();
		this.pipeline.close();
		assertThat(this.pipeline.lost()).isZero();
	}

	private void assertNextSpanArrives() {
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.end("next"));
		StagedTransport.Request request = this.transport.next();
		assertThat(request.spans()).containsExactly("next");
		request.answer(200);
		assertThat(flush.join()).isTrue();
	}

	/**
	 * Fill the queue, with a request under way.
	 */
	private void fill() {
		this.support.end(1, SpanQueues.BATCH_SIZE);
		await().until(() -> !this.transport.isQuiet());
		this.support.end(1, SpanQueues.QUEUE_SIZE);
	}

	/**
	 * Start a flush once something has been done, and return when it waits.
	 */
	private CompletableFuture<Boolean> flushAfter(Runnable action) {
		action.run();
		CompletableFuture<Boolean> result = new CompletableFuture<>();
		Thread thread = new Thread(() -> result.complete(this.pipeline.flush(LONG)));
		thread.start();
		await().until(() -> result.isDone() || thread.getState() == Thread.State.TIMED_WAITING);
		return result;
	}

	private SpanPipeline pipeline(Duration interval, Duration pause) {
		return new SpanPipeline(this.transport, new Pace(interval, pause, pause, LONG));
	}

	private SpanSource source(String key) {
		return new SpanSource(this.pipeline, SpanSource.settings(key, URL));
	}

	private static int occurrences(CapturedOutput output, String text) {
		return StringUtils.countOccurrencesOf(output.getAll(), text);
	}

	private static ReadableSpan unreadable() {
		return (ReadableSpan) Proxy.newProxyInstance(ReadableSpan.class.getClassLoader(),
				new Class<?>[] { ReadableSpan.class }, (proxy, method, arguments) -> switch (method.getName()) {
					case "getSpanContext" -> SAMPLED;
					default -> throw new StackOverflowError(method.getName());
				});
	}

	/**
	 * A reader that application code takes part in.
	 */
	private record SlowReader(CompletableFuture<Void> end) implements SpanReader<ReadableSpan> {

		@Override
		public List<SpanData> read(List<ReadableSpan> spans) {
			this.end.join();
			return spans.stream().map(ReadableSpan::toSpanData).toList();
		}

		@Override
		public boolean isSlow() {
			return true;
		}

	}

}
