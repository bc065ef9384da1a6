package dev.braintrust.spring.eval.value;

import java.util.Comparator;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NumericNode;

/**
 * Converts values to JSON, so that a record, a map and a JSON tree can be equal. Each
 * scorer has its own instance, because a mapper caches the classes of the values.
 */
public final class JsonValues {

	private static final Comparator<JsonNode> SAME = (one, other) -> same(one, other) ? 0 : 1;

	private final JsonMapper mapper = JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

	public JsonNode tree(@Nullable Object value) {
		try {
			return (value instanceof CharSequence text) ? this.mapper.getNodeFactory().stringNode(text.toString())
					: this.mapper.valueToTree(value);
		}
		catch (JacksonException | StackOverflowError ex) {
			throw new IllegalStateException("A value cannot be compared, because it cannot be written as JSON", ex);
		}
	}

	// Return a text unchanged, and other values as compact JSON with sorted properties.
	public String text(@Nullable Object value) {
		return (value instanceof CharSequence text) ? text.toString() : text(tree(value));
	}

	public String text(JsonNode value) {
		return value.isString() ? value.stringValue() : compact(value);
	}

	public String compact(JsonNode value) {
		return this.mapper.writeValueAsString(value);
	}

	// Parse a text that is a JSON object or array.
	public JsonNode parsed(JsonNode value) {
		JsonNode parsed = value.isString() ? parse(value.stringValue()) : null;
		return (parsed != null && parsed.isContainer()) ? parsed : value;
	}

	// Parse a text as JSON, or return null if it is not JSON.
	public @Nullable JsonNode parse(String text) {
		try {
			JsonNode parsed = this.mapper.readTree(text);
			return parsed.isMissingNode() ? null : parsed;
		}
		catch (StreamConstraintsException ex) {
			throw new IllegalStateException("A text is JSON that is nested too deep, or too large, to be read", ex);
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	// The order of properties does not matter, and 1.0 equals 1.
	public static boolean same(JsonNode one, JsonNode other) {
		if (one.isContainer() || other.isContainer()) {
			return one.equals(SAME, other);
		}
		if (one instanceof NumericNode number && other instanceof NumericNode another && !number.isNaN()
				&& !another.isNaN()) {
			return number.decimalValue().compareTo(another.decimalValue()) == 0;
		}
		return one.equals(other);
	}

}
