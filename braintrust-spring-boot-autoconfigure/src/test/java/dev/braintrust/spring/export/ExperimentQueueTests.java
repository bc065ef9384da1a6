package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the queues of experiments, which are created and removed while the application
 * runs.
 */
@ExtendWith(OutputCaptureExtension.class)
class ExperimentQueueTests {

	private static final long MB = 1L << 20;

	private static final Duration HOUR = Duration.ofHours(1);

	private final StagedTransport transport = new StagedTransport();

	private final SpanPipeline pipeline = new SpanPipeline(this.transport,
			new RequestTries.Pace(HOUR, Duration.ZERO, Duration.ZERO, Duration.ofMinutes(1)),
			new QueueLimits(8 * MB, 4000, MB, 2 * MB));

	private final SpanSource support = new SpanSource(this.pipeline,
			SpanSource.settings("support", "http://127.0.0.1:9"));

	@AfterEach
	void close() {
		this.transport.acceptAll();
		this.pipeline.close();
	}

	@Test
	void spanThatEndsAfterItsExperimentIsLetGoOf(CapturedOutput output) {
		SpanSink queue = open("e-1", ExperimentQueueTests::read);
		queue.add(new Counted(0));
		queue.close();
		await().until(() -> queue.status().state() == ExportStatus.State.CLOSED);
		Counted late = new Counted(0);
		queue.add(late);
		assertThat(late.losses()).hasValue(1);
		assertThat(queue.status().lost()).containsEntry(LossReason.CLOSED, 1L);
		await().untilAsserted(() -> assertThat(output).contains("ended when their experiment was no longer sent")
			.doesNotContain("after the application context"));
	}

	@Test
	void spansThatEndAfterTheirExperimentCountForItsProject() {
		this.support.end("logged");
		SpanSink queue = open("e-1", ExperimentQueueTests::read);
		queue.add(new Counted(0));
		queue.close();
		queue.add(new Counted(0));
		SpanSource.seen(this.pipeline);
		queue.add(new Counted(0));
		queue.add(new Counted(0));
		SpanSink never = open("e-2", ExperimentQueueTests::read);
		never.close();
		SpanSource.seen(this.pipeline);
		never.add(new Counted(0));
		assertThat(this.pipeline.status("support"))
			.extracting(ExportStatus::ended, ExportStatus::queued, ExportStatus::totalLost, ExportStatus::state)
			.containsExactly(6L, 1L, 5L, ExportStatus.State.IDLE);
		assertThat(this.pipeline.status("support").lost().get(LossReason.CLOSED)).isGreaterThanOrEqualTo(3);
		this.transport.acceptAll();
		this.pipeline.close();
		queue.add(new Counted(0));
		assertThat(this.pipeline.status("support"))
			.extracting(ExportStatus::ended, ExportStatus::sent, ExportStatus::queued, ExportStatus::totalLost)
			.containsExactly(7L, 1L, 0L, 6L);
	}

	@Test
	void everySpanIsCountedOnceWhileItsExperimentEnds() throws InterruptedException {
		this.transport.acceptAll();
		AtomicBoolean over = new AtomicBoolean();
		AtomicReference<SpanSink> current = new AtomicReference<>(open("e-0", ExperimentQueueTests::read, false));
		AtomicLong added = new AtomicLong();
		List<Thread> threads = IntStream.range(0, 3).mapToObj((i) -> new Thread(() -> {
			while (!over.get()) {
				current.get().add(new Counted(0));
				added.incrementAndGet();
			}
		})).toList();
		threads.forEach(Thread::start);
		long ended = 0;
		for (int i = 1; i <= 100; i++) {
			SpanSink before = current.getAndSet(open("e-" + i, ExperimentQueueTests::read, i % 2 == 0));
			before.close();
			ExportStatus status = this.pipeline.status("support");
			assertThat(status.ended()).isEqualTo(status.sent() + status.queued() + status.totalLost())
				.isGreaterThanOrEqualTo(ended);
			ended = status.ended();
			SpanSource.seen(this.pipeline);
		}
		over.set(true);
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(this.pipeline.status("support").ended()).isEqualTo(added.get());
	}

	@Test
	void queuesOfAProjectShareWhatItMayLeaveForTheWorker() {
		SpanSink quiet = this.pipeline.open(SpanSource.settings("quiet", "http://127.0.0.1:9"),
				ExperimentQueueTests::read);
		SpanSink logs = this.pipeline.open(SpanSource.settings("support", "http://127.0.0.1:9"),
				ExperimentQueueTests::read);
		List<SpanSink> queues = IntStream.range(0, 16)
			.mapToObj((i) -> open("e-" + i, ExperimentQueueTests::read, false))
			.toList();
		// As 17 queues of one project and one of another are known to the worker.
		quiet.add(new Counted(0));
		logs.add(new Counted(0));
		queues.forEach((queue) -> queue.add(new Counted(0)));
		SpanSource.seen(this.pipeline);
		CompletableFuture<Void> mayGoOn = new CompletableFuture<>();
		CountDownLatch busy = new CountDownLatch(1);
		this.pipeline.worker().tell(() -> {
			busy.countDown();
			mayGoOn.join();
		});
		awaitWorker(busy);
		long share = this.pipeline.worker().inboxShare();
		assertThat(share).isEqualTo(MB);
		for (int i = 0; i < 20; i++) {
			queues.forEach((queue) -> queue.add(new Counted(50_000)));
		}
		long left = queues.stream().mapToLong((queue) -> queue.status().queuedBytes()).sum();
		// A span that has given up its content takes a little all the same.
		assertThat(left).isBetween(share / 2, share + 16 * 21 * QueuedSpan.BARE_BYTES);
		assertThat(quiet.status().queuedBytes()).isLessThan(2 * QueuedSpan.BARE_BYTES);
		IntStream.range(0, 5).forEach((i) -> quiet.add(new Counted(200_000)));
		logs.add(new Counted(20_000));
		mayGoOn.complete(null);
		SpanSource.seen(this.pipeline);
		assertThat(quiet.status().contentLost()).isEmpty();
		assertThat(logs.status().contentLost()).isEmpty();
		assertThat(queues.get(0).status().contentLost()).isNotEmpty();
	}

	private static void awaitWorker(CountDownLatch busy) {
		await().atMost(Duration.ofSeconds(20)).until(() -> busy.getCount() == 0);
	}

	@Test
	void spansThatNobodyWaitsWithGiveWayLikeThoseOfAnyProject() {
		SpanSink queue = open("e-1", ExperimentQueueTests::read, false);
		for (int i = 0; i < 5000; i++) {
			queue.add(new Counted(10_000));
		}
		SpanSource.seen(this.pipeline);
		assertThat(queue.status().ended()).isEqualTo(5000);
		assertThat(queue.status().contentLost().get(LossReason.QUEUE_FULL)
				+ queue.status().lost().getOrDefault(LossReason.QUEUE_FULL, 0L))
			.isPositive();
		await().until(() -> this.pipeline.memory().held() <= 8 * MB);
	}

	@Test
	void queueThatWasNeverUsedIsClosedToo() {
		this.support.end("a");
		SpanSink queue = open("e-1", ExperimentQueueTests::read);
		queue.close();
		SpanSource.seen(this.pipeline);
		assertThat(queue.status().state()).isEqualTo(ExportStatus.State.CLOSED);
		queue.add(new Counted(0));
		assertThat(queue.status().totalLost()).isOne();
	}

	@Test
	void queueThatIsClosedWhileItsSpansAreReadHoldsNothing() throws InterruptedException {
		CountDownLatch reading = new CountDownLatch(1);
		CompletableFuture<Void> mayGoOn = new CompletableFuture<>();
		CompletableFuture<Runnable> resume = new CompletableFuture<>();
		SpanSink queue = open("e-1", new SpanReader() {

			@Override
			public List<@Nullable SpanData> read(List<WaitingSpan> spans) {
				reading.countDown();
				mayGoOn.join();
				return Collections.nCopies(spans.size(), null);
			}

			@Override
			public void await(WaitingSpan span, Runnable then) {
				resume.complete(then);
			}

		});
		queue.add(new Counted(1000));
		CompletableFuture<Boolean> flush = CompletableFuture.supplyAsync(() -> queue.flush(Duration.ofMinutes(1)));
		assertThat(reading.await(1, TimeUnit.MINUTES)).isTrue();
		queue.close();
		SpanSource.seen(this.pipeline);
		assertThat(flush.join()).isFalse();
		mayGoOn.complete(null);
		resume.join().run();
		this.support.end("a");
		this.transport.acceptAll();
		assertThat(this.support.flush(Duration.ofMinutes(1))).isTrue();
		SpanSource.seen(this.pipeline);
		assertThat(this.pipeline.memory().held()).isZero();
		assertThat(queue.status().totalLost()).isOne();
	}

	@Test
	void experimentsThatRunTogetherShareTheirRoom() {
		CompletableFuture<Void> mayGoOn = new CompletableFuture<>();
		SpanSink first = open("e-1", (spans) -> {
			mayGoOn.join();
			return read(spans);
		});
		first.add(new Counted(3 * MB / 2));
		SpanSource.seen(this.pipeline);
		assertThat(first.hasRoom()).isTrue();
		SpanSink second = open("e-2", ExperimentQueueTests::read);
		assertThat(first.hasRoom()).isFalse();
		assertThat(second.hasRoom()).isTrue();
		second.close();
		assertThat(first.hasRoom()).isTrue();
		mayGoOn.complete(null);
	}

	@Test
	void spansThatNobodyWaitsWithTakeNoRoomOfAnExperimentThatRuns() {
		SpanSink queue = open("e-1", ExperimentQueueTests::read);
		IntStream.range(0, 600).forEach((i) -> queue.add(new Counted(0)));
		SpanSource.seen(this.pipeline);
		assertThat(queue.hasRoom()).isTrue();
		open("e-2", ExperimentQueueTests::read, false);
		assertThat(queue.hasRoom()).isTrue();
		open("e-3", ExperimentQueueTests::read);
		assertThat(queue.hasRoom()).isFalse();
	}

	@Test
	void whatIsSentElsewhereTakesNothingFromTheLogsOfItsProject() {
		SpanSink logs = this.pipeline.open(SpanSource.settings("support", "http://127.0.0.1:9"),
				ExperimentQueueTests::read);
		logs.add(new Counted(10_000));
		logs.flush(Duration.ZERO);
		await().until(() -> logs.status().underWay() == 1);
		logs.add(new Counted(10_000));
		SpanSource.seen(this.pipeline);
		SpanSink queue = open("e-1", ExperimentQueueTests::read, false);
		for (int i = 0; i < 3000; i++) {
			queue.add(new Counted(10_000));
		}
		SpanSource.seen(this.pipeline);
		assertThat(queue.status().ended()).isEqualTo(3000);
		await().until(() -> this.pipeline.memory().held() <= 8 * MB);
		assertThat(queue.status().contentLost()).isNotEmpty();
		assertThat(logs.status().contentLost()).isEmpty();
		assertThat(logs.status().totalLost()).isZero();
	}

	@Test
	void projectThatFloodsManyExperimentsTakesNothingFromAnother() {
		try (SpanPipeline roomy = new SpanPipeline(this.transport,
				new RequestTries.Pace(HOUR, Duration.ZERO, Duration.ZERO, Duration.ofMinutes(1)),
				new QueueLimits(64 * MB, 4000, MB, 2 * MB))) {
			SpanSource quiet = new SpanSource(roomy, SpanSource.settings("quiet", "http://127.0.0.1:9")).end(1, 400);
			List<SpanSink> flooded = new ArrayList<>();
			for (int i = 0; i < 16; i++) {
				SpanSink queue = roomy.open(SpanSource.settings("support", "http://127.0.0.1:9"),
						ExperimentQueueTests::read, "experiment_id:e-" + i, false);
				IntStream.range(0, 300).forEach((span) -> queue.add(new Counted(0)));
				flooded.add(queue);
			}
			assertThat(quiet.status().totalLost()).isZero();
			assertThat(flooded.stream().mapToLong((queue) -> queue.status().totalLost()).sum()).isEqualTo(1200);
			this.transport.acceptAll();
		}
	}

	@Test
	void noMoreSpansWaitThanMayThoughThoseOfAnExperimentDoNotGiveWay() {
		SpanSink experiment = open("e-1", ExperimentQueueTests::read);
		IntStream.range(0, 1000).forEach((i) -> experiment.add(new Counted(0)));
		this.support.end(1, 1400);
		SpanSource other = new SpanSource(this.pipeline, SpanSource.settings("other", "http://127.0.0.1:9")).end(1,
				1700);
		assertThat(other.status().lost()).containsExactly(Map.entry(LossReason.QUEUE_FULL, 100L));
		assertThat(this.support.status().totalLost()).isZero();
		assertThat(experiment.status().totalLost()).isZero();
	}

	@Test
	void experimentThatFillsTheQueueTakesNothingFromWhoeverHoldsLittle() {
		SpanSink experiment = open("e-1", ExperimentQueueTests::read);
		IntStream.range(0, 5000).forEach((i) -> experiment.add(new Counted(0)));
		this.support.end("logged");
		SpanSource quiet = new SpanSource(this.pipeline, SpanSource.settings("quiet", "http://127.0.0.1:9")).end(1, 3);
		assertThat(quiet.status().totalLost()).isZero();
		assertThat(this.support.status().totalLost()).isZero();
	}

	@Test
	void contentOfAnExperimentIsNoneOfTheLogsOfItsProject() {
		SpanSink experiment = open("e-1", ExperimentQueueTests::read);
		IntStream.range(0, 12).forEach((i) -> experiment.add(new Counted(MB)));
		this.support.end("logged");
		assertThat(this.support.status().totalLost()).isZero();
	}

	@Test
	void budgetHoldsThoughTheContentOfAnExperimentDoesNotGiveWay() {
		CompletableFuture<Void> mayGoOn = new CompletableFuture<>();
		SpanReader waiting = (spans) -> {
			mayGoOn.join();
			return read(spans);
		};
		SpanSink experiment = open("e-1", waiting);
		IntStream.range(0, 2).forEach((i) -> experiment.add(new Counted(MB)));
		List<SpanSink> projects = IntStream.range(0, 9)
			.mapToObj((i) -> this.pipeline.open(SpanSource.settings("p" + i, "http://127.0.0.1:9"), waiting))
			.toList();
		SpanSink quiet = this.pipeline.open(SpanSource.settings("quiet", "http://127.0.0.1:9"), waiting);
		quiet.add(new Counted(20_000));
		for (int i = 0; i < 7; i++) {
			projects.forEach((project) -> project.add(new Counted(100_000)));
			SpanSource.seen(this.pipeline);
		}
		assertThat(this.pipeline.memory().held()).isLessThanOrEqualTo(8 * MB);
		assertThat(experiment.status().contentLost()).isEmpty();
		assertThat(quiet.status().contentLost()).isEmpty();
		mayGoOn.complete(null);
	}

	@Test
	void manyExperimentsOfOneProjectLeaveAnotherItsLargeRequests() {
		for (int i = 0; i < 16; i++) {
			open("e-" + i, ExperimentQueueTests::read, false).add(new Counted(0));
		}
		SpanSink quiet = this.pipeline.open(SpanSource.settings("quiet", "http://127.0.0.1:9"),
				ExperimentQueueTests::read);
		for (int i = 0; i < 10; i++) {
			quiet.add(new Counted(100_000));
			SpanSource.seen(this.pipeline);
		}
		this.transport.acceptAll();
		assertThat(quiet.flush(Duration.ofMinutes(1))).isTrue();
		assertThat(quiet.status().requests()).isOne();
	}

	@Test
	void spansElsewhereAreNoAttachmentsThatALogHasToRelease() {
		open("e-1", ExperimentQueueTests::read, false).add(new Counted(6 * MB / 5));
		for (String name : List.of("first", "second")) {
			this.support.end(name);
			SpanSource.seen(this.pipeline);
		}
		this.transport.acceptAll();
		assertThat(this.support.flush(Duration.ofMinutes(1))).isTrue();
		assertThat(this.support.statusNow().requests()).isOne();
	}

	@Test
	void nothingOfAnExperimentGivesWay() {
		SpanSink queue = open("e-1", ExperimentQueueTests::read);
		List<Counted> spans = IntStream.range(0, 12).mapToObj((i) -> new Counted(MB)).toList();
		spans.forEach(queue::add);
		this.support.end("logged");
		SpanSource.seen(this.pipeline);
		assertThat(queue.hasRoom()).isFalse();
		assertThat(queue.status().queued()).isEqualTo(12);
		this.transport.acceptAll();
		assertThat(queue.flush(Duration.ofMinutes(1))).isTrue();
		assertThat(queue.hasRoom()).isTrue();
		assertThat(queue.status().sent()).isEqualTo(12);
		assertThat(queue.status().contentLost()).isEmpty();
		assertThat(queue.status().totalLost()).isZero();
		assertThat(spans).allMatch((span) -> span.losses().get() == 0);
	}

	@Test
	void manySmallSpansTakeRoomToo() {
		SpanSink queue = open("e-1", ExperimentQueueTests::read);
		IntStream.range(0, 999).forEach((i) -> queue.add(new Counted(0)));
		SpanSource.seen(this.pipeline);
		assertThat(queue.hasRoom()).isTrue();
		queue.add(new Counted(0));
		assertThat(queue.hasRoom()).isFalse();
		this.transport.acceptAll();
		assertThat(queue.flush(Duration.ofMinutes(1))).isTrue();
		assertThat(queue.hasRoom()).isTrue();
	}

	@Test
	void flushOfTheProjectSendsItsExperimentsAndThatOfAnExperimentItAlone() {
		SpanSink queue = open("e-1", ExperimentQueueTests::read);
		queue.add(new Counted(0));
		this.support.end("logged");
		this.transport.acceptAll();
		assertThat(queue.flush(Duration.ofMinutes(1))).isTrue();
		assertThat(queue.status().sent()).isOne();
		assertThat(this.support.statusNow().sent()).isZero();
		queue.add(new Counted(0));
		assertThat(this.support.flush(Duration.ofMinutes(1))).isTrue();
		assertThat(this.support.statusNow().sent()).isOne();
		assertThat(queue.status().sent()).isEqualTo(2);
	}

	@Test
	void spansOfExperimentsCountForTheirProjectAlsoWhenTheyAreOver() {
		SpanSink sent = open("e-1", ExperimentQueueTests::read, false);
		SpanSink lost = open("e-2", ExperimentQueueTests::read);
		sent.add(new Counted(0));
		CompletableFuture<Boolean> flush = CompletableFuture.supplyAsync(() -> sent.flush(Duration.ofMinutes(1)));
		this.transport.next().answer(200);
		assertThat(flush.join()).isTrue();
		this.support.end("logged");
		lost.add(new Counted(0));
		lost.add(new Counted(0));
		assertThat(this.pipeline.status("support"))
			.extracting(ExportStatus::ended, ExportStatus::sent, ExportStatus::queued, ExportStatus::state)
			.containsExactly(4L, 1L, 3L, ExportStatus.State.SENDING);
		sent.close();
		lost.close();
		SpanSource.seen(this.pipeline);
		assertThat(this.pipeline.status("support"))
			.extracting(ExportStatus::ended, ExportStatus::sent, ExportStatus::queued, ExportStatus::lost,
					ExportStatus::requests, ExportStatus::state)
			.containsExactly(4L, 1L, 1L, Map.of(LossReason.SHUTDOWN, 2L), 1L, ExportStatus.State.IDLE);
		assertThat(this.pipeline.status("support").lastSuccess()).isNotNull();
		assertThat(this.pipeline.status("other")).isEqualTo(ExportStatus.UNUSED);
	}

	@Test
	void failureOfAnExperimentThatIsOverIsNotTheReasonOfALaterTry() {
		this.support.end("logged");
		CompletableFuture<Boolean> flush = CompletableFuture
			.supplyAsync(() -> this.support.flush(Duration.ofMinutes(1)));
		this.transport.next().answer(503);
		this.transport.next();
		SpanSink experiment = open("e-1", ExperimentQueueTests::read);
		experiment.add(new Counted(0));
		CompletableFuture<Boolean> refused = CompletableFuture
			.supplyAsync(() -> experiment.flush(Duration.ofMinutes(1)));
		this.transport.next().answer(400);
		assertThat(refused.join()).isFalse();
		assertThat(this.pipeline.status("support").lastError()).contains("400");
		experiment.close();
		SpanSource.seen(this.pipeline);
		assertThat(this.pipeline.status("support").state()).isEqualTo(ExportStatus.State.RETRYING);
		assertThat(this.pipeline.status("support").lastError()).contains("503");
		this.transport.acceptAll();
		assertThat(flush.join()).isTrue();
		assertThat(this.pipeline.status("support").lastError()).contains("400");
	}

	@Test
	void requestsWithTheKeyOfACallerTellNothingOfTheProject() {
		this.support.end("logged");
		CompletableFuture<Boolean> flush = CompletableFuture
			.supplyAsync(() -> this.support.flush(Duration.ofMinutes(1)));
		this.transport.next().answer(400);
		assertThat(flush.join()).isFalse();
		ExportStatus before = this.pipeline.status("support");
		SpanSink remote = this.pipeline.open(ofCaller(SpanSource.settings("support", "http://127.0.0.1:9")),
				ExperimentQueueTests::read, "playground_id:p", true);
		for (int status : new int[] { 200, 401 }) {
			remote.add(new Counted(0));
			CompletableFuture<Boolean> sent = CompletableFuture.supplyAsync(() -> remote.flush(Duration.ofMinutes(1)));
			this.transport.next().answer(status);
			assertThat(sent.join()).isEqualTo(status == 200);
			ExportStatus now = this.pipeline.status("support");
			assertThat(now.state()).isEqualTo(before.state());
			assertThat(now.lastSuccess()).isNull();
			assertThat(now.lastFailure()).isEqualTo(before.lastFailure());
			assertThat(now.lastError()).isEqualTo(before.lastError());
		}
		assertThat(remote.status().state()).isEqualTo(ExportStatus.State.FAILING);
		assertThat(this.pipeline.status("support"))
			.extracting(ExportStatus::ended, ExportStatus::sent, ExportStatus::requests, ExportStatus::lost)
			.containsExactly(3L, 1L, 3L, Map.of(LossReason.REFUSED, 2L));
	}

	private static ProjectSettings ofCaller(ProjectSettings settings) {
		return new ProjectSettings(settings.key(), settings.parent(), true,
				new ProjectSettings.ApiKey("token", "the caller", true), settings.apiUrl(), settings.appUrl(), null,
				settings.capture(), 1, settings.attachments(), false, settings.export(), null);
	}

	@Test
	void queueThatIsClosedAfterThePipelineTakesNothing() {
		SpanSink queue = open("e-1", ExperimentQueueTests::read);
		queue.add(new Counted(0));
		this.transport.acceptAll();
		this.pipeline.close();
		queue.close();
		queue.close();
		assertThat(queue.status().queued()).isZero();
		assertThat(queue.status().ended()).isOne();
	}

	private SpanSink open(String experiment, SpanReader reader) {
		return open(experiment, reader, true);
	}

	private SpanSink open(String experiment, SpanReader reader, boolean paced) {
		return this.pipeline.open(SpanSource.settings("support", "http://127.0.0.1:9"), reader,
				"experiment_id:" + experiment, paced);
	}

	private static List<@Nullable SpanData> read(List<WaitingSpan> spans) {
		return List.copyOf(spans.stream().map((span) -> ((Counted) span).span()).toList());
	}

	/**
	 * A span that counts how often it is lost.
	 *
	 * @param contentSize the size of its content
	 * @param losses how often it was lost
	 * @param span the span
	 */
	private record Counted(long contentSize, AtomicInteger losses, SpanData span) implements WaitingSpan {

		Counted(long contentSize) {
			this(contentSize, new AtomicInteger(), ended());
		}

		private static SpanData ended() {
			Span span = SdkTracerProvider.builder().build().get("test").spanBuilder("late").startSpan();
			span.end();
			return ((ReadableSpan) span).toSpanData();
		}

		@Override
		public WaitingSpan withoutContent(LossReason reason) {
			return new Counted(0, this.losses, this.span);
		}

		@Override
		public void lost() {
			this.losses.incrementAndGet();
		}

	}

}
