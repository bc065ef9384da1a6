package dev.braintrust.spring.ai.message;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.braintrust.spring.content.ContentJson;
import dev.braintrust.spring.content.json.ContentSize;
import dev.braintrust.spring.content.json.JsonPayload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.DefaultToolDefinition;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.util.StringUtils;

/**
 * The tools that a model may call, as an array of OpenAI tools: {@code [{"type":
 * "function", "function": {"name": …, "description": …, "parameters": …}}]}. In the
 * format of OpenTelemetry's conventions for generative AI, the fields of the function are
 * beside the type. Tools that the provider executes keep the provider's form.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#available-tool-definitions">Braintrust's
 * instrumentation guide, "Available tool definitions"</a>
 * @see <a href=
 * "https://github.com/open-telemetry/semantic-conventions/blob/v1.41.1/docs/gen-ai/gen-ai-tool-definitions.json">OpenTelemetry's
 * schema of tool definitions</a>
 */
public final class ToolDefinitions extends JsonPayload {

	private final List<ToolDefinition> definitions;

	private final @Nullable Boolean strict;

	private final List<Map<String, Object>> providerTools;

	public ToolDefinitions(List<ToolDefinition> definitions) {
		this(definitions, null, List.of());
	}

	public ToolDefinitions(List<ToolDefinition> definitions, @Nullable Boolean strict,
			List<Map<String, Object>> providerTools) {
		this.definitions = definitions.stream().map(ToolDefinitions::capture).toList();
		this.strict = strict;
		this.providerTools = List.copyOf(providerTools);
	}

	// Read the definition of an application's tool. If the tool lacks a class, its
	// LinkageError must not look as if our own libraries were incompatible.
	public static ToolDefinition of(ToolCallback tool) {
		try {
			return capture(tool.getToolDefinition());
		}
		catch (LinkageError ex) {
			throw new IllegalStateException(ex);
		}
	}

	// Read a definition. It may be application code, which is only called here. Spring
	// AI's own definition does not change.
	private static ToolDefinition capture(ToolDefinition definition) {
		boolean captured = definition instanceof Captured || definition.getClass() == DefaultToolDefinition.class;
		return captured ? definition
				: new Captured(definition.name(), Objects.requireNonNullElse(definition.description(), ""),
						Objects.requireNonNullElse(definition.inputSchema(), ""));
	}

	@Override
	public long size() {
		long size = 0;
		for (ToolDefinition definition : this.definitions) {
			size += ContentSize.of(definition.description()) + ContentSize.of(definition.inputSchema());
		}
		return size;
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		boolean genAi = ContentJson.isGenAi(context);
		json.writeStartArray();
		for (ToolDefinition definition : this.definitions) {
			json.writeStartObject();
			json.writeStringProperty("type", "function");
			if (genAi) {
				writeFunction(json, definition);
			}
			else {
				json.writeObjectPropertyStart("function");
				writeFunction(json, definition);
				json.writeEndObject();
			}
			json.writeEndObject();
		}
		for (Map<String, Object> tool : this.providerTools) {
			writeProviderTool(json, tool, genAi);
		}
		json.writeEndArray();
	}

	private void writeFunction(JsonGenerator json, ToolDefinition definition) {
		json.writeStringProperty("name", definition.name());
		if (StringUtils.hasText(definition.description())) {
			json.writeStringProperty("description", definition.description());
		}
		if (StringUtils.hasText(definition.inputSchema())) {
			json.writeName("parameters");
			JsonText.writeStructure(json, definition.inputSchema());
		}
		if (this.strict != null) {
			json.writeBooleanProperty("strict", this.strict);
		}
	}

	private static void writeProviderTool(JsonGenerator json, Map<String, Object> tool, boolean genAi) {
		json.writeStartObject();
		tool.forEach(json::writePOJOProperty);
		// OpenTelemetry's schema requires a name.
		if (genAi && !tool.containsKey("name")) {
			json.writePOJOProperty("name", tool.get("type"));
		}
		json.writeEndObject();
	}

	private record Captured(String name, String description, String inputSchema) implements ToolDefinition {
	}

}
