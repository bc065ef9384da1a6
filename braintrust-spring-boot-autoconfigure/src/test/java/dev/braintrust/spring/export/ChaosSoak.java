package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.export.FaultyServer.Fault;
import dev.braintrust.spring.trace.SpanDestination;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fifty projects, four threads with 200,000 spans each, and a server that answers at
 * random for a minute: it accepts, fails, throttles, hangs, or cuts the connection. It
 * only runs in the profile {@code soak}, and prints the figures of
 * {@code docs/operations.md}.
 */
class ChaosSoak {

	private static final int PROJECTS = 50;

	private static final int THREADS = 4;

	private static final int SPANS = Integer.getInteger("soak.spans", 200_000);

	private static final Duration CHAOS = Duration.ofSeconds(Integer.getInteger("soak.seconds", 60));

	private static final List<Fault> FAULTS = List.of(Fault.INTERNAL_ERROR, Fault.THROTTLED, Fault.UNAVAILABLE,
			Fault.HANG, Fault.CUT, Fault.REPLY_LOST);

	@Test
	void everySpanIsSentDroppedOrQueued() {
		long end = System.nanoTime() + CHAOS.toNanos();
		try (FaultyServer server = new FaultyServer(() -> fault(end));
				AnnotationConfigApplicationContext context = context(server.url())) {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			List<CompletableFuture<Long>> work = IntStream.range(0, THREADS)
				.mapToObj((thread) -> CompletableFuture.supplyAsync(() -> work(projects, thread, end)))
				.toList();
			SpanPipeline pipeline = context.getBean(SpanDestination.class).pipeline();
			while (work.stream().anyMatch((thread) -> !thread.isDone())) {
				assertSumsHold(pipeline);
				Thread.onSpinWait();
			}
			long slowest = work.stream().mapToLong(CompletableFuture::join).max().orElseThrow();
			projects.flush(Duration.ofMinutes(2));
			assertSumsHold(pipeline);
			List<ExportStatus> all = statuses(pipeline);
			assertThat(all.stream().mapToLong(ExportStatus::ended).sum()).isEqualTo((long) THREADS * SPANS);
			print(all, server.accepted(), slowest);
		}
	}

	private static Fault fault(long end) {
		boolean fails = System.nanoTime() - end < 0 && ThreadLocalRandom.current().nextInt(2) == 0;
		return fails ? FAULTS.get(ThreadLocalRandom.current().nextInt(FAULTS.size())) : null;
	}

	private static AnnotationConfigApplicationContext context(String url) {
		Map<String, Object> properties = new HashMap<>();
		properties.put("braintrust.api-key", "sk-test");
		properties.put("braintrust.api-url", url);
		properties.put("braintrust.startup-check.enabled", "false");
		properties.put("braintrust.export.timeout", "2s");
		for (int i = 0; i < PROJECTS; i++) {
			properties.put("braintrust.projects.p" + i + ".id", "id-" + i);
		}
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("chaos", properties));
		context.register(BraintrustAutoConfiguration.class);
		context.refresh();
		return context;
	}

	// Spread over the time of random answers. Returns the duration of the slowest span.
	private static long work(BraintrustProjects projects, int thread, long end) {
		List<ProjectTracer> tracers = IntStream.range(0, PROJECTS).mapToObj((i) -> projects.tracer("p" + i)).toList();
		long pause = Math.max(0, (end - System.nanoTime()) / SPANS);
		long slowest = 0;
		long next = System.nanoTime();
		for (int i = 0; i < SPANS; i++) {
			long start = System.nanoTime();
			String name = thread + "-" + i;
			tracers.get(i % PROJECTS).taskSpan(name).input("How are you?").run((span) -> span.output("Well."));
			slowest = Math.max(slowest, System.nanoTime() - start);
			next += pause;
			while (System.nanoTime() - next < 0) {
				Thread.onSpinWait();
			}
		}
		return slowest;
	}

	private static List<ExportStatus> statuses(SpanPipeline pipeline) {
		return IntStream.range(0, PROJECTS).mapToObj((i) -> pipeline.status("p" + i)).toList();
	}

	private static void assertSumsHold(SpanPipeline pipeline) {
		for (ExportStatus status : statuses(pipeline)) {
			assertThat(status.sent() + status.queued() + status.totalLost()).as("%s", status).isEqualTo(status.ended());
		}
	}

	private static void print(List<ExportStatus> all, List<String> accepted, long slowest) {
		Set<String> once = new HashSet<>();
		List<String> again = new ArrayList<>();
		accepted.stream().filter((name) -> !once.add(name)).forEach(again::add);
		long sent = all.stream().mapToLong(ExportStatus::sent).sum();
		System.out.printf(Locale.ROOT,
				"chaos: ended %d, sent %d, lost %d, queued %d; arrived %d, twice %d, though not counted as sent %d; "
						+ "slowest span %.1f ms%n",
				all.stream().mapToLong(ExportStatus::ended).sum(), sent,
				all.stream().mapToLong(ExportStatus::totalLost).sum(),
				all.stream().mapToLong(ExportStatus::queued).sum(), once.size(), again.size(), once.size() - sent,
				slowest / 1e6);
		assertThat((long) once.size()).as("what is counted as sent has arrived").isGreaterThanOrEqualTo(sent);
	}

}
