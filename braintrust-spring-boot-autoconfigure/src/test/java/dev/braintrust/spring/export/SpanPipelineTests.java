package dev.braintrust.spring.export;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.braintrust.spring.api.Backoff;
import dev.braintrust.spring.api.MemoryBudget;
import dev.braintrust.spring.api.Reply;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
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
 * Tests of {@link SpanPipeline} with answers that the tests control. By default no
 * request is due for an hour, so that each request has another reason.
 */
@ExtendWith(OutputCaptureExtension.class)
@Tag("fault")
class SpanPipelineTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private static final Duration SHORT = Duration.ofMillis(50);

	private static final Duration HOUR = Duration.ofHours(1);

	private static final long MB = 1L << 20;

	private static final int FULL = 5000;

	private static final QueueLimits LIMITS = new QueueLimits(8 * MB, FULL, MB, 2 * MB);

	private static final String URL = "http://127.0.0.1:9";

	private static final Backoff AT_ONCE = new Backoff(100, Duration.ZERO, Duration.ZERO);

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
	void spanOfAProjectWhoseAttachmentsHoldMuchIsSentAtOnce() {
		MemoryBudget.Part attachments = this.pipeline.memory().of("support");
		attachments.add(2 * MB);
		this.support.end("a");
		StagedTransport.Request request = this.transport.next();
		assertThat(request.spans()).containsExactly("a");
		attachments.release(2 * MB);
		request.answer(200);
	}

	@Test
	void spansWithoutAttachmentsWaitForOthersHoweverManyProjectsThereAre() {
		IntStream.range(0, 100).forEach((i) -> source("project-" + i).end("small"));
		this.support.endHolding(40_000, "large");
		assertThat(this.support.status().underWay()).isZero();
		assertThat(this.support.status().queued()).isOne();
		this.transport.acceptAll();
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
			// Spans that wait for a reader stay in their queue, so that they can
			// be dropped.
			assertThat(Stream.of("one", "two", "three").map(this.pipeline::status).filter(Objects::nonNull))
				.extracting(ExportStatus::underWay)
				.containsExactlyInAnyOrder(512L, 512L, 0L);
		}
		finally {
			end.complete(null);
		}
		assertThat(List.of(this.transport.next(), this.transport.next(), this.transport.next()))
			.extracting(StagedTransport.Request::project)
			.containsExactlyInAnyOrder("one", "two", "three");
	}

	@Test
	void whoWaitsForAReaderIsServedBeforeWhoHadOne() {
		CompletableFuture<Void> never = new CompletableFuture<>();
		CompletableFuture<Void> busyMayGoOn = new CompletableFuture<>();
		CompletableFuture<Void> workerMayGoOn = new CompletableFuture<>();
		try {
			underWay(reading("hanging", new SlowReader(never)));
			SpanSource flood = reading("flood", new BlockingReader(workerMayGoOn));
			SpanSource busy = reading("busy", new SlowReader(busyMayGoOn));
			SpanSource quiet = reading("quiet", new SlowReader(CompletableFuture.completedFuture(null)));
			underWay(busy);
			busy.end(513, 1024);
			quiet.end(1, 512);
			underWay(flood);
			busyMayGoOn.complete(null);
			this.transport.next().answer(200);
			workerMayGoOn.complete(null);
			assertThat(List.of(this.transport.next(), this.transport.next(), this.transport.next()))
				.extracting(StagedTransport.Request::project)
				.containsSubsequence("quiet", "busy")
				.contains("flood");
		}
		finally {
			never.complete(null);
		}
	}

	private SpanSource reading(String key, SpanSource.Reader reader) {
		return SpanSource.of(this.pipeline, SpanSource.settings(key, URL), reader);
	}

	private static void underWay(SpanSource source) {
		source.end(1, 512);
		await().until(() -> source.status().underWay() == 512);
	}

	@Test
	void readersThatFailTakeNoThreadFromOthers() {
		for (String key : List.of("one", "two", "three")) {
			SpanSource
				.of(this.pipeline, SpanSource.settings(key, URL),
						new SlowReader(CompletableFuture.failedFuture(new IllegalStateException("A filter failed"))))
				.end(1, 512);
		}
		SpanSource
			.of(this.pipeline, SpanSource.settings("sound", URL),
					new SlowReader(CompletableFuture.completedFuture(null)))
			.end(1, 512);
		assertThat(this.transport.next().project()).isEqualTo("sound");
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
	void flushIsFalseWhereSpansGaveWayMeanwhile() {
		fill();
		StagedTransport.Request request = this.transport.next();
		CompletableFuture<Boolean> flush = flushAfter(() -> {
		});
		assertThat(this.support.end("one more").status().lost()).containsKey(LossReason.QUEUE_FULL);
		for (int batch = 0; batch < 9; batch++) {
			request.answer(200);
			request = this.transport.next();
			assertThat(flush).isNotDone();
		}
		request.answer(200);
		assertThat(flush.join()).isFalse();
	}

	@Test
	void flushOfOneProjectWaitsForNoOther() {
		SpanSource research = source("research").end("slow");
		this.support.end("a");
		CompletableFuture<Boolean> flush = CompletableFuture.supplyAsync(() -> this.support.flush(LONG));
		StagedTransport.Request request = this.transport.next();
		assertThat(request.project()).isEqualTo("support");
		request.answer(200);
		assertThat(flush.join()).isTrue();
		assertThat(this.transport.isQuiet()).isTrue();
		assertThat(research.status().queued()).isEqualTo(1);
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
		assertThat(this.support.status().totalLost()).isZero();
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
		assertThat(this.support.status().totalLost()).isEqualTo(1);
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
		await().untilAsserted(() -> assertThat(
				occurrences(output, "cannot be sent to " + URL + "/otel/v1/traces at the moment (status 503)"))
			.isEqualTo(1));
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
	@ValueSource(ints = { 408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529 })
	void requestIsRepeatedAfterAStatusThatMayPass(int status) {
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.end("a"));
		this.transport.next().answer(status);
		this.transport.next().answer(200);
		assertThat(flush.join()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(ints = { 100, 302, 400, 401, 403, 404, 405, 407, 413, 501, 505 })
	void requestIsNotRepeatedAfterAnyOtherStatus(int status) {
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.end("a"));
		this.transport.next().answer(status);
		assertThat(flush.join()).isFalse();
		assertThat(this.transport.isQuiet()).isTrue();
	}

	@Test
	void requestThatIsCutOffAgainAndAgainIsHalvedUntilItGetsThrough(CapturedOutput output) {
		SpanSource big = source("big").endHolding(1000, "a", "b", "c");
		CompletableFuture<Boolean> flush = CompletableFuture.supplyAsync(() -> big.flush(LONG));
		fail(4, "a", "b", "c");
		StagedTransport.Request first = this.transport.next();
		assertThat(first.spans()).containsExactly("a");
		assertThat(first.without(LossReason.TOO_LARGE)).isEmpty();
		first.answer(200);
		fail(4, "b", "c");
		fail(10, "b");
		StagedTransport.Request bare = this.transport.next();
		assertThat(bare.without(LossReason.TOO_LARGE)).containsExactly("b");
		bare.answer(200);
		StagedTransport.Request last = this.transport.next();
		assertThat(last.spans()).containsExactly("c");
		last.answer(200);
		assertThat(flush.join()).isTrue();
		ExportStatus status = big.status();
		assertThat(status.contentLost()).containsExactly(Map.entry(LossReason.TOO_LARGE, 1L));
		// All attempts after the first: a, b, c three times, a once, b and c four times,
		// b ten times and once without content, c once.
		assertThat(status.retried()).isEqualTo(3 * 3 + 1 + 4 * 2 + 10 + 1 + 1);
		await().untilAsserted(() -> assertThat(output).containsOnlyOnce(
				"fail repeatedly in the same request to " + URL + "/otel/v1/traces (IOException). They are sent "
						+ "again in smaller requests, and a span that fails alone is sent without its content."));
	}

	private void fail(int times, String... spans) {
		for (int i = 0; i < times; i++) {
			StagedTransport.Request request = this.transport.next();
			assertThat(request.spans()).containsExactly(spans);
			request.fail(new CompletionException(new IOException("Connection reset")));
		}
	}

	@Test
	void serverThatIsRestartedCostsNoSpanItsContent() {
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.endHolding(1000, "a"));
		for (int i = 0; i < 9; i++) {
			this.transport.next().answer(502);
		}
		StagedTransport.Request last = this.transport.next();
		assertThat(last.without(LossReason.TOO_LARGE)).isEmpty();
		last.answer(200);
		assertThat(flush.join()).isTrue();
		assertThat(this.support.status().contentLost()).isEmpty();
	}

	@Test
	void serverThatIsBusySaysNothingAboutTheSizeOfARequest() {
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.endHolding(1000, "a", "b"));
		for (int status : new int[] { 503, 429, 503, 500, 500, 500, 503, 500 }) {
			StagedTransport.Request request = this.transport.next();
			assertThat(request.spans()).containsExactly("a", "b");
			request.answer(status);
		}
		StagedTransport.Request last = this.transport.next();
		assertThat(last.spans()).containsExactly("a", "b");
		last.answer(200);
		assertThat(flush.join()).isTrue();
	}

	@Test
	void serverThatCannotBeReachedOrIsBusyGetsTheSameRequest() {
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.endHolding(1000, "a", "b"));
		for (int i = 0; i < 10; i++) {
			StagedTransport.Request request = this.transport.next();
			assertThat(request.spans()).containsExactly("a", "b");
			if (i % 2 == 0) {
				request.fail(new HttpConnectTimeoutException("no"));
			}
			else {
				request.answer(503);
			}
		}
		this.transport.next().answer(200);
		assertThat(flush.join()).isTrue();
	}

	@Test
	void requestThatIsTooLargeIsHalvedAtOnceAndLaterOnesAreKeptSmaller(CapturedOutput output) {
		SpanSource big = source("big").endHolding(600_000, "a", "b");
		CompletableFuture<Boolean> flush = CompletableFuture.supplyAsync(() -> big.flush(LONG));
		StagedTransport.Request both = this.transport.next();
		assertThat(both.spans()).containsExactly("a", "b");
		both.answer(413);
		this.transport.next().answer(200);
		this.transport.next().answer(200);
		assertThat(flush.join()).isTrue();
		big.endHolding(600_000, "c", "d", "e");
		flush = CompletableFuture.supplyAsync(() -> big.flush(LONG));
		for (String span : List.of("c", "d", "e")) {
			StagedTransport.Request request = this.transport.next();
			assertThat(request.spans()).containsExactly(span);
			request.answer(200);
		}
		assertThat(flush.join()).isTrue();
		await().untilAsserted(() -> assertThat(output).containsOnlyOnce("are too large in one request for " + URL
				+ "/otel/v1/traces (status 413). They are sent again in smaller requests, and a span that fails "
				+ "alone is sent without its content. Set 'braintrust.export.max-request-size' to a size that the "
				+ "server and its proxies accept."));
	}

	@Test
	void spanWithoutContentThatIsTooLargeIsRefused() {
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.endHolding(1000, "a"));
		this.transport.next().answer(413);
		this.transport.next().answer(413);
		assertThat(flush.join()).isFalse();
		assertThat(this.support.status().lost()).containsExactly(Map.entry(LossReason.REFUSED, 1L));
	}

	@Test
	void requestThatFailsTooOftenIsGivenUpAndOthersGoOn(CapturedOutput output) {
		RequestTries.Pace pace = new RequestTries.Pace(HOUR, AT_ONCE, SHORT, 6, HOUR);
		assertGivenUp(pace, 6);
		await().untilAsserted(() -> assertThat(output).containsOnlyOnce("failed too often on the way to " + URL
				+ "/otel/v1/traces (status 503), and are lost. Later spans are still sent."));
	}

	@Test
	void requestThatFailsForTooLongIsGivenUpAndOthersGoOn() {
		assertGivenUp(new RequestTries.Pace(HOUR, AT_ONCE, SHORT, 100, Duration.ZERO), 2);
	}

	private void assertGivenUp(RequestTries.Pace pace, int attempts) {
		try (SpanPipeline bounded = new SpanPipeline(this.transport, pace, LIMITS)) {
			SpanSource source = new SpanSource(bounded, SpanSource.settings("bounded", URL)).end(1, 512);
			for (int i = 0; i < 10; i++) {
				this.transport.next().fail(new ConnectException("refused"));
			}
			source.end(513, 1024);
			for (int i = 0; i < attempts; i++) {
				StagedTransport.Request request = this.transport.next();
				assertThat(request.spans()).startsWith("1");
				request.answer(503);
			}
			StagedTransport.Request next = this.transport.next();
			assertThat(next.spans()).startsWith("513");
			next.answer(200);
			assertThat(source.status().lost()).containsExactly(Map.entry(LossReason.GIVEN_UP, 512L));
			assertThat(source.status().sent()).isEqualTo(512);
		}
	}

	@Test
	void oldestSpansThatWaitGiveWayWhichIsCountedAndSaidOnce(CapturedOutput output) {
		fill();
		this.support.end(1001, 2000);
		assertThat(this.support.status().lost()).containsExactly(Map.entry(LossReason.QUEUE_FULL, 1000L));
		StagedTransport.Request request = this.transport.next();
		assertThat(request.spans()).isEqualTo(SpanSource.names(1, 512));
		request.answer(200);
		assertThat(this.transport.next().spans()).isEqualTo(SpanSource.names(1001, 1512));
		await().untilAsserted(() -> assertThat(occurrences(output,
				"Spans of the Braintrust project 'support' end faster than they can be sent. "
						+ "The oldest of them are sent without their content, and are dropped when no content is "
						+ "left."))
			.isEqualTo(1));
	}

	@Test
	void givingWayIsSaidOnceThoughNothingWaitedInBetween(CapturedOutput output) {
		for (int round = 1; round <= 2; round++) {
			fill();
			this.support.end("a", "b");
			CompletableFuture<Boolean> flush = flushAfter(() -> {
			});
			for (int batch = 0; batch < 10; batch++) {
				this.transport.next().answer(200);
			}
			assertThat(flush.join()).isTrue();
			assertThat(this.support.status().totalLost()).isEqualTo(2 * round);
			await()
				.untilAsserted(() -> assertThat(occurrences(output, "end faster than they can be sent")).isEqualTo(1));
		}
	}

	@Test
	void projectThatFloodsTakesNothingFromAnother() {
		SpanSource quiet = source("quiet").end("a", "b");
		this.support.end(1, 512);
		StagedTransport.Request first = this.transport.next();
		this.support.end(1, 20_000);
		quiet.end("c");
		assertThat(quiet.status().lost()).isEmpty();
		assertThat(this.support.status().lost()).containsKey(LossReason.QUEUE_FULL);
		CompletableFuture<Boolean> flush = CompletableFuture.supplyAsync(() -> quiet.flush(LONG));
		StagedTransport.Request request = this.transport.next();
		assertThat(request.spans()).containsExactly("a", "b", "c");
		request.answer(200);
		assertThat(flush.join()).isTrue();
		first.answer(200);
	}

	@Test
	void contentOfTheOldestSpansGivesWayBeforeAnySpanDoes() {
		SpanSource big = source("big").endHolding(2 * MB, "under way");
		StagedTransport.Request underWay = this.transport.next();
		big.endHolding(MB, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l");
		ExportStatus status = big.status();
		assertThat(status.lost()).isEmpty();
		assertThat(status.queuedBytes()).isLessThanOrEqualTo(LIMITS.maxBytes());
		assertThat(status.contentLost()).containsOnlyKeys(LossReason.QUEUE_FULL);
		CompletableFuture<Void> flush = CompletableFuture.runAsync(() -> big.flush(LONG));
		underWay.answer(200);
		List<String> spans = new ArrayList<>();
		List<String> without = new ArrayList<>();
		while (spans.size() < 12) {
			StagedTransport.Request request = this.transport.next();
			spans.addAll(request.spans());
			without.addAll(request.without(LossReason.QUEUE_FULL));
			request.answer(200);
		}
		flush.join();
		assertThat(spans).containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l");
		assertThat(without).isEqualTo(spans.subList(0, without.size()))
			.hasSize(status.contentLost().get(LossReason.QUEUE_FULL).intValue())
			.hasSizeBetween(5, 7);
	}

	@Test
	void contentOfARequestThatPausesGivesWayFirst() {
		SpanSource big = source("big").endHolding(MB, "a");
		CompletableFuture<Boolean> flush = CompletableFuture.supplyAsync(() -> big.flush(LONG));
		this.transport.next().answer(reply(503, Duration.ofSeconds(1)));
		big.endHolding(MB, "b", "c", "d", "e", "f", "g", "h").endHolding(MB / 4 * 3, "i");
		assertThat(big.status().contentLost()).containsExactly(Map.entry(LossReason.QUEUE_FULL, 1L));
		List<String> spans = new ArrayList<>();
		while (spans.size() < 2) {
			StagedTransport.Request request = this.transport.next();
			assertThat(request.without(LossReason.QUEUE_FULL)).isEqualTo(spans.isEmpty() ? List.of("a") : List.of());
			spans.addAll(request.spans());
			request.answer(200);
		}
		assertThat(spans).startsWith("a", "b");
		assertThat(flush.join()).isTrue();
	}

	@Test
	void contentOfProjectsBelowTheirShareIsLeftAlone() {
		SpanSource small = source("small").endHolding(MB, "a");
		SpanSource large = source("large").endHolding(MB, SpanSource.names(1, 30).toArray(String[]::new));
		SpanSource other = source("other").endHolding(MB, "b");
		assertThat(small.status().contentLost()).isEmpty();
		assertThat(other.status().contentLost()).isEmpty();
		assertThat(large.status().contentLost().get(LossReason.QUEUE_FULL)).isGreaterThan(20);
		assertThat(small.status().queuedBytes() + large.status().queuedBytes() + other.status().queuedBytes())
			.isLessThanOrEqualTo(LIMITS.maxBytes());
	}

	@Test
	void requestThatWouldBeTooLargeIsSplit() {
		SpanSource big = source("big").endHolding(MB, "a", "b", "c", "d");
		CompletableFuture<Boolean> flush = CompletableFuture.supplyAsync(() -> big.flush(LONG));
		List<String> spans = new ArrayList<>();
		while (spans.size() < 4) {
			StagedTransport.Request request = this.transport.next();
			assertThat(request.length()).isLessThanOrEqualTo((int) LIMITS.maxRequestBytes());
			spans.addAll(request.spans());
			request.answer(200);
		}
		assertThat(spans).containsExactly("a", "b", "c", "d");
		assertThat(flush.join()).isTrue();
		assertThat(big.status().bytes()).isGreaterThan(2 * MB);
	}

	@Test
	void spanThatIsLargerThanARequestGoesAlone() {
		SpanSource big = source("big").end("a").endHolding(3 * MB, "b").end("c");
		CompletableFuture<Boolean> flush = CompletableFuture.supplyAsync(() -> big.flush(LONG));
		List<List<String>> requests = new ArrayList<>();
		while (requests.stream().mapToInt(List::size).sum() < 3) {
			StagedTransport.Request request = this.transport.next();
			requests.add(request.spans());
			request.answer(200);
		}
		assertThat(requests).contains(List.of("b"));
		assertThat(flush.join()).isTrue();
		assertThat(big.status().contentLost()).isEmpty();
	}

	@Test
	void spanThatIsTooLargeGoesWithoutItsContentAndSaysSo() {
		SpanSource big = source("big").endHolding(6 * MB, "a");
		CompletableFuture<Boolean> flush = CompletableFuture.supplyAsync(() -> big.flush(LONG));
		StagedTransport.Request request = this.transport.next();
		assertThat(request.without(LossReason.TOO_LARGE)).containsExactly("a");
		request.answer(200);
		assertThat(flush.join()).isTrue();
		assertThat(big.status().contentLost()).containsExactly(Map.entry(LossReason.TOO_LARGE, 1L));
	}

	@Test
	void serverThatAsksForAPauseGetsOneEvenDuringAFlush() {
		SpanSource source = this.support.end("a");
		CompletableFuture<Boolean> flush = CompletableFuture.supplyAsync(() -> source.flush(LONG));
		StagedTransport.Request throttled = this.transport.next();
		long before = System.nanoTime();
		throttled.answer(reply(429, Duration.ofMillis(300)));
		CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> source.flush(LONG));
		StagedTransport.Request request = this.transport.next();
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(250));
		request.answer(200);
		assertThat(flush.join()).isTrue();
		assertThat(second.join()).isTrue();
	}

	@Test
	void spansThatAnAcceptedRequestLeavesOutAreCountedAndSaid(CapturedOutput output) {
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.end("a", "b", "c"));
		this.transport.next().answer(rejecting(2));
		assertThat(flush.join()).isFalse();
		ExportStatus status = this.support.status();
		assertThat(status.sent()).isEqualTo(1);
		assertThat(status.lost()).containsExactly(Map.entry(LossReason.REJECTED, 2L));
		await().untilAsserted(
				() -> assertThat(output).contains("only in part. The rest is lost: 2 spans of one request."));
	}

	@Test
	void readerThatCannotTellWhetherItIsSlowIsAskedAgain() {
		AtomicInteger asked = new AtomicInteger();
		SpanSource early = SpanSource.of(this.pipeline, SpanSource.settings("early", URL), new SpanSource.Reader() {

			@Override
			public boolean isSlow() {
				if (asked.incrementAndGet() < 3) {
					throw new IllegalStateException("not yet");
				}
				return false;
			}

		});
		early.end("a");
		CompletableFuture<Boolean> flush = CompletableFuture.supplyAsync(() -> early.flush(LONG));
		this.transport.next().answer(200);
		assertThat(flush.join()).isTrue();
		assertThat(early.status().lost()).isEmpty();
	}

	@Test
	void transportThatFailsForTheMomentIsTriedAgain() {
		CompletableFuture<Boolean> flush = flushAfter(() -> {
			this.transport.throwing(new IllegalStateException("no room for a connection"));
			this.support.end("a");
		});
		this.transport.next().answer(200);
		assertThat(flush.join()).isTrue();
	}

	@Test
	void pausedRequestsOfDeadProjectsCostAnotherNothing() {
		for (int i = 0; i < 9; i++) {
			source("dead-" + i).end(1, 512);
			this.transport.next().answer(reply(503, LONG));
		}
		this.support.end(1, 400);
		SpanSource quiet = source("quiet").end(1, 400);
		assertThat(this.support.status().lost()).isEmpty();
		assertThat(quiet.status().lost()).isEmpty();
		closeWithoutWaitingForPauses();
	}

	@Test
	void requestThatPausesKeepsItsContentWhileOtherSpansCanGo() {
		this.support.endHolding(4096, SpanSource.names(1, 512).toArray(String[]::new));
		this.transport.next().answer(reply(503, LONG));
		this.support.end(513, FULL + 1);
		assertThat(this.support.status().lost()).containsExactly(Map.entry(LossReason.QUEUE_FULL, 1L));
		assertThat(this.support.status().contentLost()).isEmpty();
		closeWithoutWaitingForPauses();
	}

	private void closeWithoutWaitingForPauses() {
		this.pipeline.close(Duration.ZERO);
	}

	@Test
	void requestsUnderWayLeaveHalfOfTheRoomToOthers() {
		List<StagedTransport.Request> requests = new ArrayList<>();
		for (int i = 0; i < 12; i++) {
			source("slow-" + i).endHolding(2 * MB, "a");
		}
		requests.addAll(next(2));
		SpanSource small = source("small").end("a");
		CompletableFuture<Boolean> flush = CompletableFuture.supplyAsync(() -> small.flush(LONG));
		StagedTransport.Request next = this.transport.next();
		while (!next.project().equals("small")) {
			requests.add(next);
			next = this.transport.next();
		}
		next.answer(200);
		assertThat(flush.join()).isTrue();
		// Some may come later than the small one on a slow machine.
		await().during(Duration.ofMillis(200)).until(() -> {
			while (!this.transport.isQuiet()) {
				requests.add(this.transport.next());
			}
			return requests.size() <= 5;
		});
		requests.forEach((request) -> request.answer(200));
	}

	@Test
	void requestsToOneServerAreLimitedAndTakenInTurn() {
		List<SpanSource> sources = IntStream.range(0, 50).mapToObj((i) -> source("project-" + i).end("a")).toList();
		CompletableFuture<Boolean> flush = CompletableFuture.supplyAsync(() -> this.pipeline.flush(LONG));
		List<StagedTransport.Request> requests = new ArrayList<>(next(32));
		sources.get(0).end(1, 512);
		sources.get(1).end(1, 512);
		requests.get(0).answer(200);
		requests.get(1).answer(200);
		requests.addAll(next(2));
		assertThat(requests).extracting(StagedTransport.Request::project).doesNotHaveDuplicates();
		source("elsewhere", "http://127.0.0.2:9").end(1, 512);
		assertThat(this.transport.next().project()).isEqualTo("elsewhere");
		await().during(Duration.ofMillis(100)).until(this.transport::isQuiet);
		this.transport.acceptAll();
		assertThat(flush.join()).isTrue();
	}

	private List<StagedTransport.Request> next(int count) {
		return Stream.generate(this.transport::next).limit(count).toList();
	}

	@Test
	void flushIsTrueThoughLaterSpansAreLost() {
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.end(1, 512));
		StagedTransport.Request request = this.transport.next();
		this.support.end(1, FULL);
		assertThat(this.support.status().lost()).containsKey(LossReason.QUEUE_FULL);
		request.answer(200);
		assertThat(flush.join()).isTrue();
	}

	@Test
	void closeOfAnInterruptedThreadSendsWhatWaits() throws Exception {
		this.support.end("a");
		AtomicBoolean interrupted = new AtomicBoolean();
		Thread closing = new Thread(() -> {
			Thread.currentThread().interrupt();
			this.pipeline.close();
			interrupted.set(Thread.currentThread().isInterrupted());
		});
		closing.start();
		this.transport.next().answer(200);
		closing.join();
		assertThat(this.support.status().sent()).isEqualTo(1);
		assertThat(this.support.status().state()).isEqualTo(ExportStatus.State.CLOSED);
		assertThat(interrupted).isTrue();
	}

	@Test
	void statusSaysHowTheExportGoes() {
		assertThat(this.support.status().state()).isEqualTo(ExportStatus.State.IDLE);
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.end("a", "b"));
		this.transport.next().answer(503);
		StagedTransport.Request request = this.transport.next();
		ExportStatus status = this.support.status();
		assertThat(status.state()).isEqualTo(ExportStatus.State.RETRYING);
		assertThat(status.lastError()).isEqualTo("status 503");
		assertThat(status.queued()).isEqualTo(2);
		assertThat(status.retried()).isEqualTo(2);
		assertThat(status.lastSuccess()).isNull();
		request.answer(200);
		assertThat(flush.join()).isTrue();
		status = this.support.status();
		assertThat(status.state()).isEqualTo(ExportStatus.State.SENDING);
		assertThat(status.ended()).isEqualTo(2);
		assertThat(status.sent()).isEqualTo(2);
		assertThat(status.queued()).isZero();
		assertThat(status.queuedBytes()).isZero();
		assertThat(status.requests()).isEqualTo(2);
		assertThat(status.lastSuccess()).isNotNull();
	}

	@Test
	void exceptionOfOneRequestStopsNothingElse(CapturedOutput output) {
		CompletableFuture<Boolean> flush = flushAfter(() -> {
			this.transport.throwing(new IllegalArgumentException("sk-support"));
			this.support.end("a");
		});
		assertThat(flush.join()).isFalse();
		assertThat(this.support.status().totalLost()).isEqualTo(1);
		await().untilAsserted(() -> assertThat(output)
			.contains("Spans of the Braintrust project 'support' could not be encoded and are lost "
					+ "(IllegalArgumentException).")
			.doesNotContain("sk-support"));
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
	void errorOfALibraryThatDoesNotFitIsToldToTheReader() {
		AtomicReference<LinkageError> told = new AtomicReference<>();
		NoSuchMethodError error = new NoSuchMethodError("gone");
		SpanSource broken = SpanSource.of(this.pipeline, SpanSource.settings("broken", URL), new SpanSource.Reader() {

			@Override
			public List<SpanData> read(List<WaitingSpan> spans) {
				throw error;
			}

			@Override
			public void incompatible(LinkageError error) {
				told.set(error);
			}

		});
		assertThat(flushAfter(() -> broken.end("a")).join()).isFalse();
		assertThat(told).hasValue(error);
		assertThat(broken.status().lost()).containsExactly(Map.entry(LossReason.UNSENDABLE, 1L));
		assertNextSpanArrives();
	}

	@Test
	void spanThatCannotBeReadStopsNothingElse() {
		SpanSource broken = SpanSource.of(this.pipeline, SpanSource.settings("broken", URL), new SpanSource.Reader() {

			@Override
			public List<SpanData> read(List<WaitingSpan> spans) {
				throw new StackOverflowError("no end");
			}

		});
		CompletableFuture<Boolean> flush = flushAfter(() -> broken.end("a"));
		assertThat(flush.join()).isFalse();
		assertThat(broken.status().lost()).containsExactly(Map.entry(LossReason.UNSENDABLE, 1L));
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
		assertThat(this.support.status().totalLost()).isZero();
	}

	@Test
	void workerThatDoesNotReturnForTheCloseLeavesNothingOpen() {
		CountDownLatch sending = new CountDownLatch(1);
		CountDownLatch released = new CountDownLatch(1);
		SpanPipeline pipeline = new SpanPipeline(new StagedTransport() {

			@Override
			public CompletableFuture<Reply> send(ExportTarget target, byte[] body, int attempt) {
				sending.countDown();
				awaitUninterruptibly(released);
				return new CompletableFuture<>();
			}

		}, new RequestTries.Pace(HOUR, SHORT, SHORT, SHORT), LIMITS);
		SpanSource source = new SpanSource(pipeline, SpanSource.settings("closed", URL)).end(1, 512);
		awaitUninterruptibly(sending);
		source.end("late");
		pipeline.close(Duration.ZERO);
		source.end("closed");
		assertClosed(source.statusNow(), Map.of(LossReason.SHUTDOWN, 513L, LossReason.CLOSED, 1L));
		released.countDown();
		await().untilAsserted(() -> assertThat(pipeline.memory().held()).isZero());
		assertClosed(source.statusNow(),
				Map.of(LossReason.UNANSWERED, 512L, LossReason.SHUTDOWN, 1L, LossReason.CLOSED, 1L));
	}

	private static void assertClosed(ExportStatus status, Map<LossReason, Long> lost) {
		assertThat(status.state()).isEqualTo(ExportStatus.State.CLOSED);
		assertThat(status.ended()).isEqualTo(514);
		assertThat(status.queued()).isZero();
		assertThat(status.lost()).isEqualTo(lost);
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		boolean interrupted = false;
		while (latch.getCount() > 0) {
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void answerThatIsThereBeforeTheCloseCounts() {
		AtomicReference<SpanPipeline> closed = new AtomicReference<>();
		SpanPipeline pipeline = new SpanPipeline(new StagedTransport() {

			@Override
			public CompletableFuture<Reply> send(ExportTarget target, byte[] body, int attempt) {
				Thread closing = new Thread(() -> closed.get().close(Duration.ZERO));
				closing.start();
				await().until(() -> Arrays.stream(closing.getStackTrace())
					.anyMatch((frame) -> frame.getMethodName().equals("tryLock")));
				return CompletableFuture.completedFuture(Reply.of(200));
			}

		}, new RequestTries.Pace(HOUR, SHORT, SHORT, SHORT), LIMITS);
		closed.set(pipeline);
		SpanSource source = new SpanSource(pipeline, SpanSource.settings("closed", URL)).end(1, 512);
		await().until(() -> source.status().state() == ExportStatus.State.CLOSED);
		assertThat(source.status().sent()).isEqualTo(512);
		assertThat(source.status().totalLost()).isZero();
	}

	@Test
	void closeGivesUpTheRequestUnderWayWhenItsTimeIsOver(CapturedOutput output) {
		SpanPipeline hurried = new SpanPipeline(this.transport,
				new RequestTries.Pace(HOUR, Duration.ZERO, Duration.ZERO, SHORT), LIMITS);
		SpanSource source = new SpanSource(hurried, SpanSource.settings("hurried", URL)).end(1, 600);
		StagedTransport.Request request = this.transport.next();
		hurried.close();
		assertThat(this.transport.isClosed()).isTrue();
		assertThat(source.status().totalLost()).isEqualTo(600);
		await().untilAsserted(() -> assertThat(output)
			.contains("The Braintrust project 'hurried' loses 600 spans, which could not be sent before the "
					+ "application context closed."));
		request.answer(503);
		source.end("after");
		assertThat(hurried.flush(SHORT)).isTrue();
		assertThat(this.transport.isQuiet()).isTrue();
		assertThat(source.status().totalLost()).isEqualTo(601);
		assertThat(output).doesNotContain("sent again").doesNotContain("accepted again");
	}

	@Test
	void spansThatEndAfterCloseAreDroppedAndSaidOnce(CapturedOutput output) {
		this.pipeline.close();
		this.support.end("a", "b");
		assertThat(this.support.status().totalLost()).isEqualTo(2);
		assertThat(this.transport.isQuiet()).isTrue();
		await().untilAsserted(() -> assertThat(output).containsOnlyOnce("Spans of the Braintrust project 'support' "
				+ "ended after the application context had closed, and are lost."));
	}

	@Test
	void closeThatIsRepeatedDoesNothing() {
		this.support.end("a");
		CompletableFuture<Void> close = CompletableFuture.runAsync(this.pipeline::close);
		this.transport.next().answer(200);
		close.join();
		this.pipeline.close();
		assertThat(this.support.status().totalLost()).isZero();
	}

	private void assertNextSpanArrives() {
		CompletableFuture<Boolean> flush = flushAfter(() -> this.support.end("next"));
		StagedTransport.Request request = this.transport.next();
		assertThat(request.spans()).containsExactly("next");
		request.answer(200);
		assertThat(flush.join()).isTrue();
	}

	/**
	 * Fill the queue while a request of 512 spans is in flight.
	 */
	private void fill() {
		this.support.end(1, 512);
		await().until(() -> !this.transport.isQuiet());
		this.support.end(1, FULL - 512);
	}

	/**
	 * Run an action, start a flush, and return when the flush waits.
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
		return new SpanPipeline(this.transport, new RequestTries.Pace(interval, pause, pause, LONG), LIMITS);
	}

	private SpanSource source(String key) {
		return source(key, URL);
	}

	private SpanSource source(String key, String url) {
		return new SpanSource(this.pipeline, SpanSource.settings(key, url));
	}

	private static Reply reply(int status, Duration retryAfter) {
		return new Reply(status, "", new byte[0], retryAfter, null);
	}

	private static Reply rejecting(int spans) {
		byte[] body = { 0x0a, 0x02, 0x08, (byte) spans };
		return new Reply(200, "application/x-protobuf", body, Duration.ZERO, null);
	}

	private static int occurrences(CapturedOutput output, String text) {
		return StringUtils.countOccurrencesOf(output.getAll(), text);
	}

	/**
	 * A reader that runs application code.
	 */
	private static final class SlowReader extends BlockingReader {

		SlowReader(CompletableFuture<Void> end) {
			super(end);
		}

		@Override
		public boolean isSlow() {
			return true;
		}

	}

	private static class BlockingReader extends SpanSource.Reader {

		private final CompletableFuture<Void> end;

		BlockingReader(CompletableFuture<Void> end) {
			this.end = end;
		}

		@Override
		public List<SpanData> read(List<WaitingSpan> spans) {
			this.end.join();
			return super.read(spans);
		}

	}

}
