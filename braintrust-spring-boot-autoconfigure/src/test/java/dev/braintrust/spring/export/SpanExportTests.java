package dev.braintrust.spring.export;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link SpanPipeline} over HTTP, from the end of a span to the received bytes.
 */
@ExtendWith(OutputCaptureExtension.class)
class SpanExportTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private static final Duration SHORT = Duration.ofMillis(200);

	private static final RequestTries.Pace FAST = new RequestTries.Pace(Duration.ofMillis(5), Duration.ofMillis(5),
			Duration.ofMillis(20), SHORT);

	private final StartedThreads threads = new StartedThreads();

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final SpanPipeline pipeline = new SpanPipeline(SpanTransport.over(new HttpClients(null)), FAST,
			QueueLimits.DEFAULT);

	@AfterEach
	void close() {
		this.receiver.close();
		this.pipeline.close();
	}

	@Test
	void spansArriveAsOtlpWithTheHeadersOfTheirProject() {
		source("support").end("a", "b");
		assertThat(this.pipeline.flush(LONG)).isTrue();
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::name).containsExactly("a", "b");
		assertThat(this.receiver.requests()).allSatisfy((request) -> {
			assertThat(request.method()).isEqualTo("POST");
			assertThat(request.path()).isEqualTo("/otel/v1/traces");
			assertThat(request.contentType()).isEqualTo("application/x-protobuf");
			assertThat(request.authorization()).isEqualTo("Bearer sk-support");
			assertThat(request.parent()).isEqualTo("project_name:support");
		});
	}

	@Test
	void pathOfTheApiUrlIsKept() {
		new SpanSource(this.pipeline, SpanSource.settings("support", this.receiver.url() + "/api")).end("a");
		assertThat(this.pipeline.flush(LONG)).isTrue();
		assertThat(this.receiver.requests()).extracting(OtlpReceiver.Request::path)
			.containsExactly("/api/otel/v1/traces");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Kundendienst für Ärzte", "サポート", "line\nbreak", "tab\tbed", "del\u007f" })
	void parentThatNoHeaderCanHoldIsLeftOut(String name) {
		new SpanSource(this.pipeline,
				SpanSource.settings("support", "project_name:" + name, "sk-support", this.receiver.url(), LONG))
			.end("a");
		assertThat(this.pipeline.flush(LONG)).isTrue();
		assertThat(this.receiver.requests()).extracting(OtlpReceiver.Request::parent).containsOnlyNulls();
		assertThat(this.receiver.spans()).hasSize(1);
	}

	@Test
	void eachProjectHasRequestsOfItsOwnWithItsOwnKeyAndUrl() {
		try (OtlpReceiver other = new OtlpReceiver()) {
			SpanSource support = source("support");
			SpanSource sales = source("sales");
			SpanSource research = new SpanSource(this.pipeline,
					SpanSource.settings("research", "project_id:r-1", "sk-other", other.url(), LONG));
			for (int i = 0; i < 10; i++) {
				support.end("support");
				research.end("research");
				sales.end("sales");
			}
			assertThat(this.pipeline.flush(LONG)).isTrue();
			assertThat(this.receiver.spans()).hasSize(20).allSatisfy((span) -> {
				assertThat(span.request().authorization()).isEqualTo("Bearer sk-" + span.name());
				assertThat(span.request().parent()).isEqualTo("project_name:" + span.name());
			});
			assertThat(other.spans()).hasSize(10).allSatisfy((span) -> {
				assertThat(span.name()).isEqualTo("research");
				assertThat(span.request().authorization()).isEqualTo("Bearer sk-other");
				assertThat(span.request().parent()).isEqualTo("project_id:r-1");
			});
		}
	}

	@Test
	void spansGoInBatchesOfAtMost512() {
		source("support").end(1, 2000);
		assertThat(this.pipeline.flush(LONG)).isTrue();
		assertThat(this.receiver.requests()).allSatisfy((request) -> assertThat(request.spans()).hasSizeBetween(1, 512))
			.hasSizeLessThan(10);
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::name).isEqualTo(SpanSource.names(1, 2000));
	}

	@ParameterizedTest
	@ValueSource(ints = { 429, 502, 503, 504, OtlpReceiver.CUT })
	void spansArriveOnceInTheirOrderAfterAFailureThatPasses(int status, CapturedOutput output) {
		this.receiver.answering(status, status, status);
		SpanSource source = source("support").end(1, 1200);
		assertThat(this.pipeline.flush(LONG)).isTrue();
		List<OtlpReceiver.Request> requests = this.receiver.requests();
		assertThat(requests.subList(0, 4)).extracting(OtlpReceiver.Request::spans)
			.containsOnly(requests.get(0).spans());
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::name).isEqualTo(SpanSource.names(1, 1200));
		assertThat(source.status().totalLost()).isZero();
		await().untilAsserted(
				() -> assertThat(occurrences(output, "Spans of the Braintrust project 'support' cannot be sent to "
						+ this.receiver.url() + "/otel/v1/traces at the moment"))
					.isEqualTo(1));
		await().untilAsserted(() -> assertThat(output)
			.contains((status > 0) ? "(status " + status + "). They are kept and sent again."
					: "Exception). They are kept and sent again."));
		await()
			.untilAsserted(
					() -> assertThat(
							occurrences(output,
									"Spans of the Braintrust project 'support' are accepted again by "
											+ this.receiver.url() + "/otel/v1/traces; failed requests meanwhile: 3"))
						.isEqualTo(1));
	}

	@Test
	void spansWaitForAServerThatStartsLater(CapturedOutput output) throws Exception {
		Socket place = new Socket();
		// A bound port without a listener, so that no other process can take it.
		place.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
		int port = place.getLocalPort();
		SpanSource source = new SpanSource(this.pipeline, SpanSource.settings("support", "http://127.0.0.1:" + port));
		source.end(1, 600);
		assertThat(this.pipeline.flush(SHORT)).isFalse();
		await().untilAsserted(() -> assertThat(occurrences(output, "at the moment (ConnectException)")).isEqualTo(1));
		place.close();
		try (OtlpReceiver late = new OtlpReceiver(port)) {
			assertThat(this.pipeline.flush(LONG)).isTrue();
			assertThat(late.spans()).extracting(ReceivedSpan::name).isEqualTo(SpanSource.names(1, 600));
		}
	}

	@Test
	void answerThatStopsBeforeItsEndTellsThatTheSpansArrived() {
		this.receiver.answering(OtlpReceiver.STALL);
		// Long enough for the beginning of the answer to arrive.
		Duration timeout = Duration.ofSeconds(3);
		new SpanSource(this.pipeline,
				SpanSource.settings("support", "project_name:support", "sk-support", this.receiver.url(), timeout))
			.end("a");
		assertThat(this.pipeline.flush(LONG)).isTrue();
		assertThat(this.receiver.requests()).hasSize(1);
	}

	@Test
	void requestThatGetsNoAnswerIsGivenUpAndRepeated(CapturedOutput output) {
		this.receiver.hanging();
		new SpanSource(this.pipeline,
				SpanSource.settings("support", "project_name:support", "sk-support", this.receiver.url(), SHORT))
			.end("a");
		this.receiver.awaitRequests(3);
		await().untilAsserted(() -> assertThat(occurrences(output, "at the moment (TimeoutException)")).isEqualTo(1));
	}

	@ParameterizedTest
	@CsvSource({ "400, .id' or '.name'", "401, .api-key'", "403, .api-key'",
			"404, '.api-url'', or ''braintrust.api-url'' or the environment variable BRAINTRUST_API_URL if'",
			"308, .api-url'" })
	void refusalIsFinalAndSaidOnceWithThePropertyToLookAt(int status, String property, CapturedOutput output) {
		this.receiver.answering(status, status, status);
		SpanSource source = source("support");
		for (int i = 1; i <= 3; i++) {
			source.end("a");
			assertThat(this.pipeline.flush(LONG)).isFalse();
			assertThat(this.receiver.requests()).hasSize(i);
			assertThat(source.status().totalLost()).isEqualTo(i);
		}
		await().untilAsserted(
				() -> assertThat(
						occurrences(output,
								"Spans of the Braintrust project 'support' are refused by " + this.receiver.url()
										+ "/otel/v1/traces with status " + status + " and are lost. Check"))
					.isEqualTo(1));
		await().untilAsserted(() -> assertThat(output).contains("'braintrust.projects.support" + property));
		source.end("b");
		assertThat(this.pipeline.flush(LONG)).isTrue();
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::name).containsExactly("b");
		assertThat(output).doesNotContain("sk-support");
	}

	@Test
	void redirectIsNotFollowed() {
		try (OtlpReceiver other = new OtlpReceiver()) {
			this.receiver.redirecting(other.url());
			source("support").end("a");
			assertThat(this.pipeline.flush(LONG)).isFalse();
			assertThat(other.requests()).isEmpty();
		}
	}

	@Test
	void endpointThatHangsDelaysNoOtherProject() {
		try (OtlpReceiver dead = new OtlpReceiver().hanging()) {
			for (int i = 0; i < 20; i++) {
				new SpanSource(this.pipeline, SpanSource.settings("dead-" + i, dead.url())).end(1, 600);
			}
			dead.awaitRequests(20);
			source("support").end(1, 600);
			this.receiver.awaitSpans(600);
			assertThat(dead.requests()).hasSize(20);
		}
	}

	@Test
	void spansOfManyThreadsAllArriveOnce() {
		SpanSource source = source("support");
		List<CompletableFuture<Void>> threads = IntStream.range(0, 8)
			.mapToObj((thread) -> CompletableFuture.runAsync(() -> source.end(500 * thread + 1, 500 * (thread + 1)),
					(task) -> new Thread(task).start()))
			.toList();
		threads.forEach(CompletableFuture::join);
		assertThat(this.pipeline.flush(LONG)).isTrue();
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::name)
			.containsExactlyInAnyOrderElementsOf(SpanSource.names(1, 4000));
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::spanId).doesNotHaveDuplicates();
	}

	@Test
	void flushesOfManyThreadsWaitForTheirOwnSpans() {
		SpanSource source = source("support");
		List<CompletableFuture<Void>> threads = new ArrayList<>();
		for (int thread = 0; thread < 8; thread++) {
			String name = "thread-" + thread + "-";
			threads.add(CompletableFuture.runAsync(() -> {
				for (int i = 0; i < 20; i++) {
					source.end(name + i);
					assertThat(this.pipeline.flush(LONG)).isTrue();
					assertThat(this.receiver.spans()).extracting(ReceivedSpan::name).contains(name + i);
				}
			}, (task) -> new Thread(task).start()));
		}
		threads.forEach(CompletableFuture::join);
		assertThat(this.receiver.spans()).hasSize(160);
	}

	@Test
	void manyProjectsShareFewThreads() {
		List<SpanSource> sources = IntStream.range(0, 200)
			.mapToObj((project) -> source(String.format(Locale.ROOT, "project-%03d", project)))
			.toList();
		sources.forEach((source) -> source.end("a", "b", "c"));
		assertThat(this.pipeline.flush(LONG)).isTrue();
		assertThat(this.receiver.spans()).hasSize(600);
		assertThat(this.receiver.requests().stream().map(OtlpReceiver.Request::authorization).distinct()).hasSize(200);
		// The worker, one thread that encodes, one clock, and the threads of the
		// HTTP client.
		assertThat(this.threads.names()).hasSizeLessThanOrEqualTo(7);
	}

	@Test
	void nothingIsStartedBeforeTheFirstSpanEnds() {
		SpanSource source = source("support");
		source.tracer().spanBuilder("a").startSpan();
		assertThat(this.pipeline.flush(SHORT)).isTrue();
		this.pipeline.close();
		assertThat(this.threads.names()).isEmpty();
	}

	@Test
	void closeSendsWhatWaitsAndEndsAllThreads() {
		SpanPipeline patient = new SpanPipeline(SpanTransport.over(new HttpClients(null)),
				new RequestTries.Pace(Duration.ofHours(1), LONG, LONG, LONG), QueueLimits.DEFAULT);
		new SpanSource(patient, SpanSource.settings("support", this.receiver.url())).end(1, 100);
		assertThat(this.threads.names()).contains("braintrust-export");
		patient.close();
		assertThat(this.receiver.spans()).hasSize(100);
		this.threads.awaitEnd("braintrust-");
	}

	@Test
	void closeReturnsAndEndsAllThreadsThoughTheEndpointHangs(CapturedOutput output) {
		this.receiver.hanging();
		SpanSource source = new SpanSource(this.pipeline, SpanSource.settings("support", "project_name:support",
				"sk-support", this.receiver.url(), Duration.ofHours(1)));
		source.end("a");
		this.receiver.awaitRequests(1);
		this.pipeline.close();
		source.end("b");
		this.threads.awaitEnd("braintrust-");
		assertThat(source.status().totalLost()).isEqualTo(2);
		await().untilAsserted(() -> assertThat(output).contains("loses 1 span, which could not be sent")
			.doesNotContain("sk-support"));
	}

	private SpanSource source(String key) {
		return new SpanSource(this.pipeline, SpanSource.settings(key, this.receiver.url()));
	}

	private static int occurrences(CapturedOutput output, String text) {
		return StringUtils.countOccurrencesOf(output.getAll(), text);
	}

}
