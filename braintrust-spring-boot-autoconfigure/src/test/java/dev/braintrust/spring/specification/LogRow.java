package dev.braintrust.spring.specification;

import java.util.Map;

import dev.braintrust.spring.support.ReceivedSpan;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The row that Braintrust creates from a span, by the table "Span Attributes Reference"
 * of its instrumentation guide: {@code span_attributes}, {@code input}, {@code output},
 * {@code metadata}, {@code metrics} with {@code start} and {@code end}, {@code context},
 * {@code error}. The names of all attributes are in {@code attributes}.
 */
final class LogRow {

	private static final Map<String, String> FIELDS = Map.of("braintrust.input_json", "input", "braintrust.output_json",
			"output", "braintrust.metadata", "metadata", "braintrust.context_json", "context");

	private LogRow() {
	}

	static JsonNode of(ReceivedSpan span) {
		ObjectNode row = JsonNodeFactory.instance.objectNode();
		ObjectNode spanAttributes = objectOf(span, "braintrust.span_attributes");
		if (!spanAttributes.has("name")) {
			spanAttributes.put("name", span.name());
		}
		row.set("span_attributes", spanAttributes);
		FIELDS.forEach((attribute, field) -> {
			if (span.has(attribute)) {
				row.set(field, span.json(attribute));
			}
		});
		ObjectNode metrics = objectOf(span, "braintrust.metrics");
		metrics.put("start", span.start() / 1e9);
		metrics.put("end", span.end() / 1e9);
		row.set("metrics", metrics);
		if (span.error()) {
			row.put("error", span.statusMessage());
		}
		span.attributes().keySet().forEach(row.putArray("attributes")::add);
		return row;
	}

	/**
	 * A row without its times, which differ between a call and a stream.
	 */
	static JsonNode withoutTimes(JsonNode row) {
		ObjectNode copy = (ObjectNode) row.deepCopy();
		((ObjectNode) copy.get("metrics")).remove("start");
		((ObjectNode) copy.get("metrics")).remove("end");
		((ObjectNode) copy.get("metrics")).remove("time_to_first_token");
		return copy;
	}

	private static ObjectNode objectOf(ReceivedSpan span, String attribute) {
		return span.has(attribute) ? (ObjectNode) span.json(attribute) : JsonNodeFactory.instance.objectNode();
	}

}
