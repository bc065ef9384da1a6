package dev.braintrust.spring.sample.report;

import java.util.Map;

import dev.braintrust.spring.sample.offline.CollectedSpan;

/**
 * Creates spans for tests. The id of a span is also its start time.
 */
public final class TestSpans {

	private TestSpans() {
	}

	public static CollectedSpan projectSpan(String route, String trace, String id, String parent, String name,
			String type) {
		return span(route, trace, id, parent, name,
				Map.of("braintrust.parent", route, "braintrust.span_attributes", "{\"type\":\"" + type + "\"}",
						"braintrust.metadata", name.equals("answer") ? "{\"job\":\"7-" + id + "\"}" : "{}",
						"braintrust.input_json", "\"<" + name + ">?\"", "braintrust.output_json", "\"" + name + "!\""));
	}

	public static CollectedSpan appSpan(String trace, String id, String parent, String name) {
		return span(null, trace, id, parent, name, name.startsWith("job") ? Map.of("job.id", "7-" + id) : Map.of());
	}

	public static CollectedSpan span(String route, String trace, String id, String parent, String name,
			Map<String, String> attributes) {
		long start = Long.parseLong(id) * 1_000_000;
		return new CollectedSpan(route, trace, id, parent, name, start, start + 2_000_000, false, attributes);
	}

}
