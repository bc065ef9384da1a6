package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.export.FaultyServer.Fault;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Exports to servers that fail at random, for ten minutes or for the system property
 * {@code soak.minutes}. It only runs in the profile {@code soak}, and prints its counters
 * once a minute.
 */
class ExportSoak {

	private static final int PROJECTS = 8;

	private static final long MB = 1L << 20;

	private static final QueueLimits LIMITS = new QueueLimits(16 * MB, 8192, MB, 2 * MB);

	private static final RequestTries.Pace PACE = new RequestTries.Pace(Duration.ofMillis(100), Duration.ofMillis(50),
			Duration.ofSeconds(1), Duration.ofSeconds(30));

	private static final long MINUTE = Duration.ofMinutes(1).toNanos();

	private final long seed = System.nanoTime();

	private volatile boolean healed;

	@Test
	void sumsHoldAndTheHeapIsFlat() throws InterruptedException {
		int minutes = Integer.getInteger("soak.minutes", 10);
		long end = System.nanoTime() + minutes * MINUTE;
		List<Long> heaps = new ArrayList<>();
		try (FaultyServer steady = new FaultyServer(List.of());
				FaultyServer first = server(1);
				FaultyServer second = server(2);
				SpanPipeline pipeline = new SpanPipeline(SpanTransport.over(new HttpClients(null)), PACE, LIMITS)) {
			List<FaultyServer> servers = List.of(steady, first, second);
			List<SpanSource> sources = IntStream.range(0, PROJECTS)
				.mapToObj((i) -> source(pipeline, i, servers.get(i % servers.size())))
				.toList();
			List<CompletableFuture<Long>> work = sources.stream()
				.map((source) -> CompletableFuture.supplyAsync(() -> work(source, end)))
				.toList();
			for (int minute = 1; minute <= minutes; minute++) {
				watch(sources, end - (minutes - minute) * MINUTE);
				servers.forEach(FaultyServer::forget);
				heaps.add(usedHeap());
				print(minute, heaps, sources);
			}
			long slowest = work.stream().mapToLong(CompletableFuture::join).max().orElseThrow();
			this.healed = true;
			pipeline.flush(Duration.ofMinutes(1));
			sources.stream().map(SpanSource::status).forEach((status) -> {
				assertAddsUp(status);
				assertThat(status.queued()).as("seed %s: %s", this.seed, status).isZero();
				assertThat(status.queuedBytes()).as("seed %s: %s", this.seed, status).isZero();
			});
			System.out.printf(Locale.ROOT, "soak: slowest end of a span %.1f ms%n", slowest / 1e6);
		}
		// The size of the queue differs from minute to minute, at most by the budget.
		long early = heaps.subList(0, (heaps.size() + 1) / 2).stream().mapToLong(Long::longValue).max().orElseThrow();
		assertThat(heaps.get(heaps.size() - 1)).as("seed %s: %s", this.seed, heaps)
			.isLessThan(early + LIMITS.maxBytes());
		assertThat(usedHeap()).as("seed %s: %s", this.seed, heaps).isLessThan(heaps.get(0) + 4 * MB);
	}

	private FaultyServer server(int number) {
		Random random = new Random(this.seed + number);
		List<Fault> faults = Arrays.stream(Fault.values()).filter((fault) -> fault != Fault.ENDLESS).toList();
		return new FaultyServer(() -> {
			synchronized (random) {
				boolean fails = !this.healed && random.nextInt(3) > 0;
				return fails ? faults.get(random.nextInt(faults.size())) : null;
			}
		});
	}

	private static SpanSource source(SpanPipeline pipeline, int number, FaultyServer server) {
		String key = "project-" + number;
		return new SpanSource(pipeline,
				SpanSource.settings(key, "project_name:" + key, "sk-" + key, server.url(), Duration.ofMillis(500)));
	}

	// Returns the duration of the slowest end() of a span, including garbage collections.
	private static long work(SpanSource source, long end) {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		long slowest = 0;
		for (long now = System.nanoTime(); now - end < 0; now = System.nanoTime()) {
			source.endHolding(2L << random.nextInt(18), "span");
			slowest = Math.max(slowest, System.nanoTime() - now);
			pause(random.nextInt(20));
		}
		return slowest;
	}

	private static void watch(List<SpanSource> sources, long until) {
		while (System.nanoTime() - until < 0) {
			sources.forEach((source) -> assertAddsUp(source.status()));
			pause(20);
		}
	}

	private static void assertAddsUp(ExportStatus status) {
		assertThat(status.sent() + status.queued() + status.totalLost()).as("%s", status).isEqualTo(status.ended());
	}

	private static void print(int minute, List<Long> heaps, List<SpanSource> sources) {
		List<ExportStatus> all = sources.stream().map(SpanSource::status).toList();
		System.out.printf(Locale.ROOT,
				"soak: minute %d, heap %.1f MB, ended %d, sent %d, queued %d, lost %d, retried %d%n", minute,
				heaps.get(heaps.size() - 1) / (double) MB, all.stream().mapToLong(ExportStatus::ended).sum(),
				all.stream().mapToLong(ExportStatus::sent).sum(), all.stream().mapToLong(ExportStatus::queued).sum(),
				all.stream().mapToLong(ExportStatus::totalLost).sum(),
				all.stream().mapToLong(ExportStatus::retried).sum());
	}

	private static void pause(int millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static long usedHeap() throws InterruptedException {
		for (int i = 0; i < 3; i++) {
			System.gc();
			Thread.sleep(50);
		}
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

}
