package dev.braintrust.spring.ai.provider;

import java.util.List;

import dev.braintrust.spring.content.ContentJson;
import dev.braintrust.spring.content.json.JsonPayload;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.node.ObjectNode;

/**
 * The definitions of the tools that a model may call. They are structure, in OpenAI's
 * form. In OpenTelemetry's conventions, the fields of {@code function} are beside the
 * type.
 */
final class WireTools extends JsonPayload {

	private final List<JsonNode> tools;

	WireTools(List<JsonNode> tools) {
		this.tools = List.copyOf(tools);
	}

	@Override
	public long size() {
		return 0;
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		json.writeStartArray();
		for (JsonNode tool : this.tools) {
			json.writeTree(ContentJson.isGenAi(context) ? genAi(tool) : tool);
		}
		json.writeEndArray();
	}

	private static JsonNode genAi(JsonNode tool) {
		ObjectNode flat = Endpoint.NODES.objectNode();
		tool.forEachEntry((name, value) -> {
			if (name.equals("function") && value instanceof ObjectNode function) {
				flat.setAll(function);
			}
			else {
				flat.set(name, value);
			}
		});
		// OpenTelemetry's schema requires a name.
		if (!flat.has("name")) {
			flat.set("name", tool.path("type"));
		}
		return flat;
	}

}
