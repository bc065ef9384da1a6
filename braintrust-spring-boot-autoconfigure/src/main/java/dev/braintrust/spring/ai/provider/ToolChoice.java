package dev.braintrust.spring.ai.provider;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The requested tool choice, in OpenAI's values: {@code "auto"}, {@code "none"},
 * {@code "required"}, or one function: {@code {"type": "function", "function": {"name":
 * "…"}}}.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#tool-request-controls">Braintrust's
 * instrumentation guide, "Tool request controls"</a>
 */
final class ToolChoice {

	private static final String FUNCTION = "function";

	private ToolChoice() {
	}

	// Convert a value of a provider with OpenAI's values: a word, a constant, or a
	// function as a map or as JSON.
	static @Nullable Object of(@Nullable Object value) {
		if (value instanceof Map<?, ?> map) {
			Object name = (map.get(FUNCTION) instanceof Map<?, ?> function) ? function.get("name") : null;
			return (name instanceof String text) ? function(text) : of(map.get("type"));
		}
		if (value instanceof Enum<?> constant) {
			return of(constant.name());
		}
		if (!(value instanceof String text)) {
			return null;
		}
		return switch (text.toLowerCase(Locale.ROOT)) {
			case "auto", "validated" -> "auto";
			case "none" -> "none";
			case "required", "any" -> "required";
			default -> text.startsWith("{") ? of(parse(text)) : null;
		};
	}

	private static @Nullable Object parse(String json) {
		try {
			return JsonMapper.shared().readValue(json, Map.class);
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	static Object function(String name) {
		Map<String, Object> choice = new LinkedHashMap<>();
		choice.put("type", FUNCTION);
		choice.put(FUNCTION, Map.of("name", name));
		return choice;
	}

}
