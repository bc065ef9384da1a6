package dev.braintrust.spring.ai.provider;

import java.util.List;
import java.util.Set;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.content.ContentJson;
import dev.braintrust.spring.content.RecordedAttachment;
import dev.braintrust.spring.content.json.JsonPayload;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.node.ObjectNode;

/**
 * Messages, items or choices in the provider's wire format. Their texts are content, and
 * their media become attachments in the same place.
 */
final class WireMessages extends JsonPayload {

	// Names and ids, which are not filtered.
	private static final Set<String> STRUCTURE = Set.of("role", "type", "id", "call_id", "tool_call_id", "tool_use_id",
			"name", "index", "finish_reason", "stop_reason", "status", "media_type", "format", "detail", "ttl",
			"phase");

	private final List<JsonNode> messages;

	private final boolean list;

	WireMessages(List<JsonNode> messages) {
		this.messages = List.copyOf(messages);
		this.list = true;
	}

	// A single message instead of an array.
	WireMessages(ObjectNode message) {
		this.messages = List.of(message);
		this.list = false;
	}

	// Created only when the span is written, so it is never held.
	@Override
	public long size() {
		return 0;
	}

	@Override
	public boolean isMessages() {
		return true;
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		if (ContentJson.isGenAi(context)) {
			json.writeStartArray();
			this.messages.forEach((message) -> new WireParts(json, context).writeMessage(message));
			json.writeEndArray();
		}
		else if (this.list) {
			json.writeStartArray();
			this.messages.forEach((message) -> write(json, context, "", message));
			json.writeEndArray();
		}
		else {
			write(json, context, "", this.messages.get(0));
		}
	}

	private static void write(JsonGenerator json, SerializationContext context, String name, JsonNode value) {
		if (value instanceof ObjectNode object) {
			json.writeStartObject();
			object.forEachEntry((key, child) -> {
				json.writeName(key);
				writeProperty(json, context, name, object, key, child);
			});
			json.writeEndObject();
		}
		else if (value.isArray()) {
			json.writeStartArray();
			value.forEach((element) -> write(json, context, name, element));
			json.writeEndArray();
		}
		else if (value.isString() && !STRUCTURE.contains(name)) {
			ContentJson.text(json, context, value.asString());
		}
		else {
			json.writeTree(value);
		}
	}

	private static void writeProperty(JsonGenerator json, SerializationContext context, String name, ObjectNode object,
			String key, JsonNode child) {
		Attachment media = WireMedia.at(name, object, key, child);
		if (media != null) {
			RecordedAttachment recorded = ContentJson.attachment(context, media);
			if (child.isObject() && recorded.isBase64()) {
				writeSource(json, recorded);
			}
			else if (recorded.isBase64() && !WireMedia.isDataUrl(child)) {
				recorded.writeBase64(json);
			}
			else {
				recorded.write(json);
			}
		}
		else if (key.equals("input") && child.isObject()) {
			// The arguments of a tool. Their names are content, too.
			ContentJson.raw(json, context, child.toString());
		}
		else {
			write(json, context, key, child);
		}
	}

	private static void writeSource(JsonGenerator json, RecordedAttachment recorded) {
		json.writeStartObject();
		json.writeStringProperty("type", "base64");
		json.writeStringProperty("media_type", recorded.contentType());
		json.writeName("data");
		recorded.writeBase64(json);
		json.writeEndObject();
	}

}
