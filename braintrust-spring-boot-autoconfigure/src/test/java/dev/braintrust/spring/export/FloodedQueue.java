package dev.braintrust.spring.export;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.trace.SpanDestination;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * An application in a separate process that creates more spans than it can send, and
 * prints its counters.
 */
public final class FloodedQueue {

	static final int SPANS = 3000;

	static final int SIZE = 100_000;

	private FloodedQueue() {
	}

	/**
	 * Run the application.
	 * @param args the URL of the API
	 */
	public static void main(String[] args) throws IOException {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("flood",
						Map.of("braintrust.api-key", "sk-test", "braintrust.api-url", args[0],
								"braintrust.export.shutdown-timeout", "100ms", "braintrust.projects.support.id", "s-1",
								"braintrust.export.timeout", "2s", "braintrust.export.compression", "gzip")));
			context.register(BraintrustAutoConfiguration.class);
			context.refresh();
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			for (int i = 0; i < SPANS; i++) {
				String input = String.valueOf((char) (0x4e00 + i % 26)).repeat(SIZE);
				projects.tracer("support").taskSpan("task").input(input).run((span) -> {
				});
				if (i % 100 == 0) {
					projects.flush(Duration.ofMillis(20));
				}
			}
			// The test closes the input when a request is in flight.
			System.in.read();
			ExportStatus status = context.getBean(SpanDestination.class).pipeline().status("support");
			System.out.println("ended=" + status.ended() + " queued=" + status.queued() + " lost=" + status.totalLost()
					+ " bare=" + status.contentLost().getOrDefault(LossReason.QUEUE_FULL, 0L));
		}
	}

}
