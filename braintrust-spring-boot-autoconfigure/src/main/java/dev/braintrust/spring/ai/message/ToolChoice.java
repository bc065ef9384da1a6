package dev.braintrust.spring.ai.message;

import java.util.Locale;

import dev.braintrust.spring.content.json.JsonPayload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;

/**
 * Whether and which tools a model has to call, in OpenAI's values: {@code "auto"},
 * {@code "none"}, {@code "required"}, or one function: {@code {"type": "function",
 * "function": {"name": "…"}}}.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#tool-request-controls">Braintrust's
 * instrumentation guide, "Tool request controls"</a>
 */
public final class ToolChoice extends JsonPayload {

	private final String mode;

	private final @Nullable String function;

	private ToolChoice(String mode, @Nullable String function) {
		this.mode = mode;
		this.function = function;
	}

	// The choice that a provider's word stands for.
	public static @Nullable ToolChoice of(String mode) {
		return switch (mode.toLowerCase(Locale.ROOT)) {
			case "auto", "validated" -> new ToolChoice("auto", null);
			case "none" -> new ToolChoice("none", null);
			case "required", "any" -> new ToolChoice("required", null);
			default -> null;
		};
	}

	public static ToolChoice function(String name) {
		return new ToolChoice("function", name);
	}

	// The choice that a JSON value of a provider like OpenAI stands for.
	public static @Nullable ToolChoice of(JsonNode json) {
		String name = json.path("function").path("name").asString("");
		return name.isEmpty() ? of(json.isObject() ? json.path("type").asString("") : json.asString(""))
				: function(name);
	}

	@Override
	public long size() {
		return 0;
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		if (this.function == null) {
			json.writeString(this.mode);
			return;
		}
		json.writeStartObject();
		json.writeStringProperty("type", "function");
		json.writeObjectPropertyStart("function");
		json.writeStringProperty("name", this.function);
		json.writeEndObject();
		json.writeEndObject();
	}

}
