package dev.braintrust.spring.payload;

import java.util.List;

import dev.braintrust.spring.content.JsonPayload;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.util.StringUtils;

/**
 * The tools that a model may call, as an array of OpenAI tools: {@code [{"type":
 * "function", "function": {"name": …, "description": …, "parameters": …}}]}.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#available-tool-definitions">Braintrust's
 * instrumentation guide, "Available tool definitions"</a>
 */
public final class ToolDefinitions extends JsonPayload {

	private final List<ToolDefinition> definitions;

	/**
	 * Create a value from definitions.
	 * @param definitions the definitions
	 */
	public ToolDefinitions(List<ToolDefinition> definitions) {
		this.definitions = definitions;
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		json.writeStartArray();
		for (ToolDefinition definition : this.definitions) {
			json.writeStartObject();
			json.writeStringProperty("type", "function");
			json.writeObjectPropertyStart("function");
			json.writeStringProperty("name", definition.name());
			if (StringUtils.hasText(definition.description())) {
				json.writeStringProperty("description", definition.description());
			}
			if (StringUtils.hasText(definition.inputSchema())) {
				json.writeName("parameters");
				new JsonText(definition.inputSchema()).serialize(json, context);
			}
			json.writeEndObject();
			json.writeEndObject();
		}
		json.writeEndArray();
	}

}
