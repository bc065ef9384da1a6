package dev.braintrust.spring.sample.report;

import java.time.Duration;

import dev.braintrust.spring.sample.offline.CollectedSpan;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.StringNode;

/**
 * The facts of a span in one line.
 *
 * @param name its name
 * @param type its type in Braintrust, empty for the application's own spans
 * @param duration its duration
 * @param tokens prompt and completion tokens, empty if absent
 * @param content its input and output, shortened
 */
record SpanLine(String name, String type, String duration, String tokens, String content) {

	private static final JsonMapper JSON = new JsonMapper();

	static SpanLine of(CollectedSpan span) {
		String type = read(span, "braintrust.span_attributes").path("type").asString("");
		long millis = Duration.ofNanos(span.endNanos() - span.startNanos()).toMillis();
		return new SpanLine(span.name() + (span.failed() ? " (failed)" : ""), type, millis + " ms", tokens(span),
				content(span));
	}

	private static String tokens(CollectedSpan span) {
		JsonNode metrics = read(span, "braintrust.metrics");
		if (!metrics.has("prompt_tokens")) {
			return "";
		}
		return metrics.path("prompt_tokens").asInt(0) + "+" + metrics.path("completion_tokens").asInt(0) + " tokens";
	}

	private static String content(CollectedSpan span) {
		String job = read(span, "braintrust.metadata").path("job").asString(span.attribute("job.id"));
		String input = Excerpt.of(read(span, "braintrust.input_json"));
		String output = Excerpt.of(read(span, "braintrust.output_json"));
		String content = (input.isEmpty() && output.isEmpty()) ? "" : input + " \u2192 " + output;
		return job.isEmpty() ? content : ("[job " + job + "] " + content).strip();
	}

	private static JsonNode read(CollectedSpan span, String attribute) {
		String value = span.attribute(attribute);
		if (value.isEmpty()) {
			return JSON.missingNode();
		}
		try {
			return JSON.readTree(value);
		}
		catch (JacksonException ex) {
			return StringNode.valueOf(value);
		}
	}

}
