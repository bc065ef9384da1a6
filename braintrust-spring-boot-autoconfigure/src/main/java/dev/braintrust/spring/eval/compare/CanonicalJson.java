package dev.braintrust.spring.eval.compare;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

import dev.braintrust.spring.settings.Sha256;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes JSON in a canonical form, so that equal values have equal texts: properties are
 * sorted and numbers normalized. A long text is replaced by its start and a hash.
 */
final class CanonicalJson {

	static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	private static final int LONG = 10_000;

	private static final int START = 200;

	private CanonicalJson() {
	}

	static String of(String json) {
		try {
			return of(MAPPER.readTree(json));
		}
		catch (JacksonException ex) {
			// It is not JSON, so it is a text.
			return of(JsonNodeFactory.instance.stringNode(json));
		}
	}

	static String of(JsonNode json) {
		String text = MAPPER.writeValueAsString(sorted(json));
		return (text.length() <= LONG) ? text : MAPPER.writeValueAsString(shortened(text));
	}

	// Return JSON that is the same for equal values but does not reveal them.
	static String hidden(String json) {
		return JsonNodeFactory.instance.objectNode().put("sha256", sha256(of(json))).toString();
	}

	private static JsonNode shortened(String text) {
		return JsonNodeFactory.instance.objectNode()
			.put("length", text.length())
			.put("sha256", sha256(text))
			.put("start", whole(text.substring(0, START)));
	}

	private static JsonNode sorted(JsonNode json) {
		if (json instanceof ObjectNode) {
			Map<String, JsonNode> properties = new TreeMap<>();
			json.properties().forEach((each) -> properties.put(each.getKey(), sorted(each.getValue())));
			return JsonNodeFactory.instance.objectNode().setAll(properties);
		}
		if (json instanceof ArrayNode) {
			ArrayNode sorted = JsonNodeFactory.instance.arrayNode(json.size());
			json.forEach((each) -> sorted.add(sorted(each)));
			return sorted;
		}
		if (json.isNumber()) {
			BigDecimal number = json.decimalValue().stripTrailingZeros();
			return (number.scale() <= 0 && number.scale() > -START)
					? JsonNodeFactory.instance.numberNode(number.toBigIntegerExact())
					: JsonNodeFactory.instance.numberNode(number);
		}
		return json.isString() ? JsonNodeFactory.instance.stringNode(whole(json.stringValue())) : json;
	}

	// Replace unpaired surrogates, so that the text survives UTF-8.
	private static String whole(String text) {
		return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
	}

	private static String sha256(String text) {
		return HexFormat.of().formatHex(Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8)));
	}

}
