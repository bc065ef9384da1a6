package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.export.FaultyServer.Fault;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the export against a real server that fails. They compare the names of the
 * accepted spans with the counters.
 */
@Tag("fault")
class ExportFaultTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private static final Duration REQUEST_TIMEOUT = Duration.ofMillis(600);

	// Long enough that a pause of the machine causes no timeout, because spans would be
	// sent twice.
	private static final Duration PATIENT = Duration.ofSeconds(2);

	private static final long MB = 1L << 20;

	private static final RequestTries.Pace FAST = new RequestTries.Pace(Duration.ofMillis(5), Duration.ofMillis(5),
			Duration.ofMillis(20), LONG);

	@ParameterizedTest
	@EnumSource(value = Fault.class, names = { "CUT", "HANG", "SLOW", "STALL", "ENDLESS", "THROTTLED", "BAD_GATEWAY",
			"UNAVAILABLE", "GATEWAY_TIMEOUT", "INTERNAL_ERROR", "OVERLOADED", "GARBAGE" })
	void spansArriveExactlyOnceInTheirOrderAfterAFaultThatPasses(Fault fault) {
		try (FaultyServer server = new FaultyServer(Collections.nCopies(2, fault));
				SpanPipeline pipeline = pipeline()) {
			SpanSource source = patient(pipeline, server);
			source.end(1, 300);
			assertThat(pipeline.flush(LONG)).isTrue();
			source.end(301, 600);
			assertThat(pipeline.flush(LONG)).isTrue();
			assertThat(server.accepted()).isEqualTo(SpanSource.names(1, 600));
			assertThat(source.status().sent()).isEqualTo(600);
			assertAddsUp(source);
		}
	}

	@Test
	void spansArriveAtLeastOnceWhereTheReplyIsLost() {
		try (FaultyServer server = new FaultyServer(List.of(Fault.REPLY_LOST)); SpanPipeline pipeline = pipeline()) {
			SpanSource source = source(pipeline, "support", server).end(1, 100);
			assertThat(pipeline.flush(LONG)).isTrue();
			assertThat(server.accepted()).hasSizeGreaterThan(100).containsAll(SpanSource.names(1, 100));
			assertThat(source.status().sent()).isEqualTo(100);
			assertThat(source.status().retried()).isEqualTo(server.accepted().size() - 100);
			assertAddsUp(source);
		}
	}

	@Test
	void repeatedRequestIsGivenMoreTime() {
		try (FaultyServer server = new FaultyServer(() -> Fault.TOO_SLOW); SpanPipeline pipeline = pipeline()) {
			SpanSource source = source(pipeline, "support", server).end("a");
			assertThat(pipeline.flush(LONG)).isTrue();
			assertThat(source.status().sent()).isEqualTo(1);
			assertAddsUp(source);
		}
	}

	@ParameterizedTest
	@EnumSource(value = Fault.class, names = { "BAD_REQUEST", "UNAUTHORIZED", "NOT_FOUND", "REDIRECTED" })
	void refusalLosesTheSpansOfItsRequestAndNoOthers(Fault fault) {
		try (FaultyServer server = new FaultyServer(List.of(fault)); SpanPipeline pipeline = pipeline()) {
			SpanSource source = patient(pipeline, server).end(1, 3);
			assertThat(pipeline.flush(LONG)).isFalse();
			long refused = source.status().lost().get(LossReason.REFUSED);
			source.end(4, 6);
			assertThat(pipeline.flush(LONG)).isTrue();
			assertThat(server.accepted()).endsWith("4", "5", "6").hasSize((int) (6 - refused));
			assertAddsUp(source);
		}
	}

	@ParameterizedTest
	@EnumSource(value = Fault.class, names = { "CUT", "TOO_LARGE", "TOO_LARGE_UNREAD", "BAD_GATEWAY", "HANG" })
	void requestThatIsTooLargeForTheWayIsSentInSmallerOnes(Fault fault) {
		try (FaultyServer server = new FaultyServer((length) -> (length > MB) ? fault : null);
				SpanPipeline pipeline = pipeline()) {
			SpanSource source = (fault == Fault.HANG) ? source(pipeline, "support", server) : patient(pipeline, server);
			source.endHolding(100_000, SpanSource.names(1, 40).toArray(String[]::new));
			assertThat(pipeline.flush(LONG)).isTrue();
			// Spans whose answer is too late are sent again.
			Collection<String> accepted = (fault == Fault.HANG) ? new LinkedHashSet<>(server.accepted())
					: server.accepted();
			assertThat(accepted).containsExactlyElementsOf(SpanSource.names(1, 40));
			assertThat(source.status().contentLost()).isEmpty();
			assertAddsUp(source);
		}
	}

	@ParameterizedTest
	@EnumSource(value = Fault.class, names = { "CUT", "TOO_LARGE", "TOO_LARGE_UNREAD" })
	void spanThatIsTooLargeForTheWayGoesWithoutItsContentAndOthersGoOn(Fault fault) {
		try (FaultyServer server = new FaultyServer((length) -> (length > MB) ? fault : null);
				SpanPipeline pipeline = pipeline()) {
			SpanSource source = patient(pipeline, server).endHolding(30 * MB, "large").end(1, 5);
			assertThat(pipeline.flush(LONG)).isTrue();
			assertThat(server.accepted()).containsExactly("large", "1", "2", "3", "4", "5");
			assertThat(source.status().contentLost()).containsExactly(Map.entry(LossReason.TOO_LARGE, 1L));
			assertAddsUp(source);
		}
	}

	@Test
	void spansThatAServerLeavesOutAreCounted() {
		try (FaultyServer server = new FaultyServer(List.of(Fault.PARTIAL)); SpanPipeline pipeline = pipeline()) {
			SpanSource source = patient(pipeline, server).end("a");
			assertThat(pipeline.flush(LONG)).isFalse();
			assertThat(source.status().lost()).containsExactly(Map.entry(LossReason.REJECTED, 1L));
			assertAddsUp(source);
		}
	}

	@Test
	void projectsWhoseServersFailTakeNothingFromAnother() {
		List<FaultyServer> dead = List.of(new FaultyServer(() -> Fault.HANG), new FaultyServer(() -> Fault.STALL),
				new FaultyServer(() -> Fault.UNAUTHORIZED), new FaultyServer(() -> Fault.CUT));
		try (FaultyServer server = new FaultyServer(List.of()); SpanPipeline pipeline = pipeline()) {
			for (int i = 0; i < 20; i++) {
				source(pipeline, "dead-" + i, dead.get(i % dead.size())).end(1, 600);
			}
			SpanSource source = new SpanSource(pipeline, SpanSource.settings("support", server.url())).end(1, 1000);
			assertThat(source.flush(LONG)).isTrue();
			assertThat(server.accepted()).isEqualTo(SpanSource.names(1, 1000));
			assertThat(source.status().contentLost()).isEmpty();
			pipeline.close(Duration.ZERO);
		}
		finally {
			dead.forEach(FaultyServer::close);
		}
	}

	@Test
	void countersAddUpAtEveryMomentUnderRandomFaults() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		List<Fault> faults = IntStream.range(0, 60).mapToObj((i) -> fault(random)).toList();
		AtomicBoolean done = new AtomicBoolean();
		try (FaultyServer server = new FaultyServer(faults);
				SpanPipeline pipeline = new SpanPipeline(SpanTransport.over(new HttpClients(null)), FAST,
						new QueueLimits(4L << 20, 2000, 1L << 20, 2L << 20))) {
			List<SpanSource> sources = IntStream.range(0, 4)
				.mapToObj((i) -> source(pipeline, "project-" + i, server))
				.toList();
			CompletableFuture<Integer> watch = CompletableFuture.supplyAsync(() -> watch(sources, done));
			CompletableFuture
				.allOf(sources.stream()
					.map((source) -> CompletableFuture.runAsync(() -> work(source)))
					.toArray(CompletableFuture[]::new))
				.join();
			pipeline.flush(LONG);
			done.set(true);
			assertThat(watch.join()).isPositive();
			for (SpanSource source : sources) {
				assertAddsUp(source);
				assertThat(source.status().ended()).as("seed %s", seed).isEqualTo(2500);
				assertThat(source.status().queued()).as("seed %s", seed).isZero();
				assertThat(source.status().queuedBytes()).as("seed %s", seed).isZero();
			}
			long sent = sources.stream().mapToLong((source) -> source.status().sent()).sum();
			assertThat((long) server.accepted().size()).as("seed %s", seed).isGreaterThanOrEqualTo(sent);
		}
	}

	private static Fault fault(Random random) {
		List<Fault> some = new ArrayList<>(List.of(Fault.CUT, Fault.SLOW, Fault.UNAVAILABLE, Fault.BAD_REQUEST,
				Fault.GARBAGE, Fault.PARTIAL, Fault.STALL, Fault.REPLY_LOST, Fault.TOO_LARGE));
		return some.get(random.nextInt(some.size()));
	}

	private static void work(SpanSource source) {
		for (int i = 0; i < 500; i++) {
			source.end("a", "b").endHolding(20_000, "c", "d").end("e");
		}
	}

	private static int watch(List<SpanSource> sources, AtomicBoolean done) {
		int looks = 0;
		while (!done.get()) {
			sources.forEach((source) -> assertAddsUp(source.statusNow()));
			looks++;
			Thread.onSpinWait();
		}
		return looks;
	}

	private static void assertAddsUp(SpanSource source) {
		assertAddsUp(source.status());
	}

	private static void assertAddsUp(ExportStatus status) {
		assertThat(status.sent() + status.queued() + status.totalLost()).as("%s", status).isEqualTo(status.ended());
	}

	private static SpanPipeline pipeline() {
		return new SpanPipeline(SpanTransport.over(new HttpClients(null)), FAST, QueueLimits.DEFAULT);
	}

	private static SpanSource source(SpanPipeline pipeline, String key, FaultyServer server) {
		return source(pipeline, key, server, REQUEST_TIMEOUT);
	}

	private static SpanSource patient(SpanPipeline pipeline, FaultyServer server) {
		return source(pipeline, "support", server, PATIENT);
	}

	private static SpanSource source(SpanPipeline pipeline, String key, FaultyServer server, Duration timeout) {
		return new SpanSource(pipeline,
				SpanSource.settings(key, "project_name:" + key, "sk-" + key, server.url(), timeout));
	}

}
