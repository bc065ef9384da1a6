package dev.braintrust.spring.export;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

import com.sun.net.httpserver.HttpExchange;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.support.LocalServer;
import dev.braintrust.spring.trace.SpanDestination;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that no span contains content of another one although all use the same buffers,
 * even if spans are rejected, retried, split, stripped of content, truncated or dropped.
 */
@Tag("fault")
class SharedBufferTests {

	private static final int PROJECTS = 12;

	private static final int THREADS = 4;

	private static final int SPANS = 1000;

	private static final Duration LONG = Duration.ofMinutes(2);

	private static final String ODD = "é東\ud83d\ude42\"\\\n\u0000\u2028";

	private static final String DROPPED = "drop this";

	private static final Pattern MARK = Pattern.compile("p\\d+s\\d+\\.");

	private static final Pattern BASE64 = Pattern.compile(";base64,([A-Za-z0-9+/=]*)");

	private static final JsonMapper JSON = JsonMapper.builder().build();

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void spanHasContentOfItsOwnAlone(boolean filtered) {
		try (CheckingServer server = new CheckingServer();
				AnnotationConfigApplicationContext context = context(server.url(), filtered)) {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			CompletableFuture
				.allOf(IntStream.range(0, THREADS)
					.mapToObj((thread) -> CompletableFuture.runAsync(() -> work(projects, thread)))
					.toArray(CompletableFuture[]::new))
				.join();
			projects.flush(LONG);
			SpanPipeline pipeline = context.getBean(SpanDestination.class).pipeline();
			SpanSource.seen(pipeline);
			List<ExportStatus> all = IntStream.range(0, PROJECTS).mapToObj((i) -> pipeline.status("p" + i)).toList();
			assertThat(all.stream().mapToLong(ExportStatus::ended).sum()).isEqualTo((long) THREADS * SPANS);
			assertThat(all).allSatisfy((status) -> {
				assertThat(status.sent() + status.queued() + status.totalLost()).isEqualTo(status.ended());
				assertThat(status.lost()).doesNotContainKey(LossReason.UNSENDABLE);
			});
			assertThat(server.wrong).isEmpty();
			assertThat(server.whole).hasSizeGreaterThan(SPANS);
		}
	}

	private static AnnotationConfigApplicationContext context(String url, boolean filtered) {
		Map<String, Object> properties = new HashMap<>();
		properties.put("braintrust.api-key", "sk-test");
		properties.put("braintrust.api-url", url);
		properties.put("braintrust.startup-check.enabled", "false");
		properties.put("braintrust.attachments.mode", "base64");
		properties.put("braintrust.export.max-queue-size", "8MB");
		properties.put("braintrust.export.max-request-size", "128KB");
		properties.put("braintrust.export.max-span-size", "64KB");
		for (int i = 0; i < PROJECTS; i++) {
			properties.put("braintrust.projects.p" + i + ".id", "id-" + i);
		}
		for (String cut : List.of("p1", "p2", "p3")) {
			properties.put("braintrust.projects." + cut + ".capture.max-field-size", "2KB");
		}
		properties.put("braintrust.projects.p3.capture.format", "gen-ai");
		properties.put("braintrust.projects.p4.capture.format", "both");
		properties.put("braintrust.projects.p5.export.compression", "gzip");
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
		context.register(BraintrustAutoConfiguration.class);
		if (filtered) {
			Supplier<ContentFilter> filter = () -> (text, field) -> text.equals(DROPPED) ? null : text;
			context.registerBean(ContentFilter.class, filter);
		}
		context.refresh();
		return context;
	}

	private static void work(BraintrustProjects projects, int thread) {
		for (int i = thread; i < THREADS * SPANS; i += THREADS) {
			int number = i;
			String project = "p" + i % PROJECTS;
			String name = project + "s" + i + ".";
			projects.tracer(project).taskSpan(name).run((span) -> capture(span, name, number));
			// So that most spans are sent with their content.
			if (i / THREADS % 50 == 0) {
				projects.flush(LONG);
			}
		}
	}

	private static void capture(ProjectSpan span, String name, int number) {
		String text = text(name);
		Random random = new Random(number);
		span.input(text);
		switch (random.nextInt(5)) {
			case 0 -> span.output(List.of(text, Map.of(name, List.of(name, DROPPED, text))));
			case 1 -> span.output(Attachments.of(text.getBytes(StandardCharsets.UTF_8), "text/plain"));
			case 2 -> span.output(List.of(name, Attachments.of(text.getBytes(StandardCharsets.UTF_8)), ODD + text));
			case 3 -> span.recordException(new IllegalStateException(text));
			default -> span.output(name);
		}
		span.metadata("name", name);
		span.metadata("text", text);
		span.setAttribute("other", name);
	}

	// Usually short, sometimes longer than a buffer block, and rarely too long for
	// a span.
	private static String text(String name) {
		Random random = new Random(name.hashCode());
		int size = random.nextInt((random.nextInt(10) > 0) ? 50 : (random.nextInt(10) > 0) ? 2000 : 20_000);
		return "a".repeat(random.nextInt(7)) + (name + ODD.substring(0, 2)).repeat(size) + ODD;
	}

	/**
	 * Rejects requests at random, and checks all of them.
	 */
	private static final class CheckingServer extends LocalServer {

		private static final int[] STATUSES = { 200, 200, 200, 200, 400, 413, 413 };

		private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

		private final Set<String> whole = ConcurrentHashMap.newKeySet();

		@Override
		protected void handle(HttpExchange exchange) throws IOException {
			try (exchange) {
				byte[] body = exchange.getRequestBody().readAllBytes();
				if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
					body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
				}
				try {
					ExportTraceServiceRequest.parseFrom(body)
						.getResourceSpansList()
						.forEach((resource) -> resource.getScopeSpansList()
							.forEach((scope) -> scope.getSpansList().forEach(this::check)));
				}
				catch (IOException | RuntimeException ex) {
					this.wrong.add("request: " + ex);
				}
				exchange.sendResponseHeaders(STATUSES[ThreadLocalRandom.current().nextInt(STATUSES.length)], -1);
			}
		}

		private void check(Span span) {
			Map<String, String> attributes = new HashMap<>();
			for (KeyValue attribute : span.getAttributesList()) {
				if (attributes.put(attribute.getKey(), attribute.getValue().getStringValue()) != null) {
					this.wrong.add(span.getName() + " has two " + attribute.getKey());
				}
			}
			String project = span.getName().substring(1, span.getName().indexOf('s'));
			if (!attributes.get("braintrust.parent").equals("project_id:id-" + project)) {
				this.wrong.add(span.getName() + " is in " + attributes.get("braintrust.parent"));
			}
			checkMarks(span, span.toString());
			attributes.forEach((key, value) -> checkValue(span, key, value));
		}

		private void checkValue(Span span, String key, String value) {
			if (!key.startsWith("braintrust.") || key.equals("braintrust.parent")) {
				return;
			}
			JsonNode json = JSON.readTree(value);
			BASE64.matcher(value)
				.results()
				.map((found) -> new String(Base64.getDecoder().decode(found.group(1)), StandardCharsets.UTF_8))
				.forEach((text) -> {
					if (!text.equals(text(span.getName()))) {
						this.wrong.add(span.getName() + " has another attachment");
					}
				});
			if (key.equals("braintrust.input_json") && !json.stringValue().startsWith("[")
					&& !json.stringValue().contains("… [cut")) {
				if (json.stringValue().equals(text(span.getName()))) {
					this.whole.add(span.getName());
				}
				else {
					this.wrong.add(span.getName() + " has the input " + value);
				}
			}
		}

		private void checkMarks(Span span, String text) {
			List<String> others = new ArrayList<>();
			for (Matcher found = MARK.matcher(text); found.find();) {
				if (!found.group().equals(span.getName())) {
					others.add(found.group());
				}
			}
			if (!others.isEmpty()) {
				this.wrong.add(span.getName() + " has content of " + others);
			}
		}

	}

}
