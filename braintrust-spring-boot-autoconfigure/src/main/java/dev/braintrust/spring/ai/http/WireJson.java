package dev.braintrust.spring.ai.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * Reads the JSON of bodies and of server-sent events. Numbers keep the form in which they
 * were sent.
 */
final class WireJson {

	private static final ObjectReader JSON = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder()
				.maxStringLength(Integer.MAX_VALUE)
				.maxNumberLength(Integer.MAX_VALUE)
				.build())
			.build())
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
		.build()
		.readerFor(JsonNode.class);

	private WireJson() {
	}

	// Read a value. If it is incomplete or not JSON, return a missing node.
	static JsonNode read(byte[] bytes) {
		try {
			JsonNode value = JSON.readTree(bytes);
			return (value != null) ? value : MissingNode.getInstance();
		}
		catch (JacksonException ex) {
			return MissingNode.getInstance();
		}
	}

	// Read the complete events. An event that is not JSON, such as the end marker,
	// is skipped.
	static List<Event> events(byte[] bytes) {
		List<Event> events = new ArrayList<>();
		StringBuilder data = new StringBuilder();
		int start = 0;
		for (int i = 0; i < bytes.length; i++) {
			if (bytes[i] != '\n') {
				continue;
			}
			int end = (i > start && bytes[i - 1] == '\r') ? i - 1 : i;
			String line = new String(bytes, start, end - start, StandardCharsets.UTF_8);
			start = i + 1;
			if (line.startsWith("data:")) {
				data.append(line, "data:".length(), line.length()).append('\n');
			}
			else if (line.isEmpty() && !data.isEmpty()) {
				JsonNode value = read(data.toString().getBytes(StandardCharsets.UTF_8));
				if (value.isObject()) {
					events.add(new Event(value, start));
				}
				data.setLength(0);
			}
		}
		return events;
	}

	/**
	 * An event of a stream.
	 */
	record Event(JsonNode data, int end) {
	}

}
