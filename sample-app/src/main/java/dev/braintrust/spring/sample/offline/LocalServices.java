package dev.braintrust.spring.sample.offline;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model and a collector for an application of one's own on the same machine, without an
 * account anywhere. Prints the variables that lead to them, and each span that arrives.
 */
public final class LocalServices {

	private static final int EXCERPT = 60;

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private LocalServices() {
	}

	public static void main(String[] args) throws InterruptedException {
		PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
		CollectedSpans spans = new CollectedSpans(true, false);
		try (ModelServer model = ModelServer.start(); Collector collector = Collector.start(spans)) {
			out.println("Set these in the terminal of the application (stop with Ctrl-C):\n");
			out.println("export OPENAI_BASE_URL=" + model.url());
			out.println("export OPENAI_API_KEY=offline");
			out.println("export BRAINTRUST_API_URL=" + collector.url());
			out.println("export BRAINTRUST_API_KEY=offline");
			out.println("export BRAINTRUST_CHECK_ON_STARTUP=false\n");
			for (int printed = 0;;) {
				int seen = printed;
				spans.await((all) -> all.size() > seen, Duration.ofMinutes(1));
				List<CollectedSpan> all = spans.all();
				all.subList(printed, all.size()).forEach((span) -> out.println(describe(span)));
				printed = all.size();
			}
		}
	}

	private static String describe(CollectedSpan span) {
		String route = String.valueOf(span.route());
		return "%s: %s (%s)  %s → %s".formatted(route.substring(route.indexOf(':') + 1), span.name(),
				JSON.readTree(span.attributes().getOrDefault("braintrust.span_attributes", "{}"))
					.path("type")
					.asString("span"),
				excerpt(span, "braintrust.input_json"),
				span.failed() ? "failed" : excerpt(span, "braintrust.output_json"));
	}

	private static String excerpt(CollectedSpan span, String attribute) {
		JsonNode json = JSON.readTree(span.attributes().getOrDefault(attribute, "null"));
		JsonNode last = (json.isArray() && !json.isEmpty()) ? json.get(json.size() - 1) : json;
		String text = last.path("message").path("content").asString(last.path("content").asString(""));
		String value = text.isEmpty() ? json.asString(json.toString()) : text;
		return (value.length() > EXCERPT) ? value.substring(0, EXCERPT) + "…" : value;
	}

}
