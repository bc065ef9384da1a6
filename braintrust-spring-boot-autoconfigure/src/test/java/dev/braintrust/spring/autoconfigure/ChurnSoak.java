package dev.braintrust.spring.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import dev.braintrust.spring.BraintrustProjects;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Opens and closes ten thousand application contexts, or as many as the system property
 * {@code soak.contexts} says. Each ends a span for a hanging server, and closes during
 * the request. It only runs in the profile {@code soak}, and prints the figures of
 * {@code docs/operations.md}.
 */
class ChurnSoak {

	private static final int CONTEXTS = Integer.getInteger("soak.contexts", 10_000);

	private static final int EVERY = Math.max(1, CONTEXTS / 20);

	private static final int MAX_THREADS = 60;

	private static final int MAX_DESCRIPTORS = 200;

	@Test
	void closedContextsLeaveNothingBehind() throws Exception {
		int threads = Thread.activeCount();
		long descriptors = descriptors();
		try (ServerSocket hanging = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress())) {
			for (int i = 1; i <= CONTEXTS; i++) {
				useAndClose("http://127.0.0.1:" + hanging.getLocalPort());
				drop(hanging);
				if (i % EVERY == 0) {
					System.out.printf(Locale.ROOT, "churn: %d contexts, threads %d, descriptors %d, heap %d MB%n", i,
							Thread.activeCount(), descriptors(), usedHeap() >> 20);
					assertThat(Thread.activeCount() - threads).isLessThan(MAX_THREADS);
					assertThat(descriptors() - descriptors).isLessThan(MAX_DESCRIPTORS);
				}
			}
		}
		await().atMost(Duration.ofSeconds(2)).until(() -> Thread.activeCount() <= threads + 1);
		System.out.printf(Locale.ROOT, "churn: threads %d at first and %d in the end, descriptors %d and %d%n", threads,
				Thread.activeCount(), descriptors, descriptors());
	}

	private static void useAndClose(String url) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("churn", Map.of("braintrust.api-key", "sk-test", "braintrust.api-url",
						url, "braintrust.projects.support.id", "s-1", "braintrust.export.shutdown-timeout", "20ms")));
			context.register(BraintrustAutoConfiguration.class);
			context.refresh();
			context.getBean(BraintrustProjects.class).tracer("support").taskSpan("task").run((span) -> {
			});
		}
	}

	// Accept and close new connections, so that this side holds no file descriptors.
	private static void drop(ServerSocket server) throws IOException {
		server.setSoTimeout(1);
		while (true) {
			try {
				server.accept().close();
			}
			catch (IOException ex) {
				return;
			}
		}
	}

	private static long descriptors() throws IOException {
		try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
			return open.count();
		}
	}

	private static long usedHeap() {
		System.gc();
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

}
