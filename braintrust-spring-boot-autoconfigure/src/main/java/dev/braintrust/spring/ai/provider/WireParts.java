package dev.braintrust.spring.ai.provider;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.content.ContentJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes messages of OpenAI and Anthropic in the format of OpenTelemetry's conventions
 * for generative AI: a role and parts. A part without an equivalent in the conventions
 * stays unchanged, with its type.
 *
 * @see <a href=
 * "https://github.com/open-telemetry/semantic-conventions/blob/v1.41.1/docs/gen-ai/gen-ai-input-messages.json">OpenTelemetry's
 * schema of input messages</a>
 */
final class WireParts {

	private final JsonGenerator json;

	private final SerializationContext context;

	WireParts(JsonGenerator json, SerializationContext context) {
		this.json = json;
		this.context = context;
	}

	void writeMessage(JsonNode value) {
		JsonNode message = value.path("message").isObject() ? value.path("message") : value;
		String type = text(message, "type");
		this.json.writeStartObject();
		this.json.writeStringProperty("role", role(message, type));
		this.json.writeArrayPropertyStart("parts");
		if (text(message, "role").equals("tool")) {
			writeResponse(message.path("tool_call_id"), message.path("content"));
		}
		else if (message.has("content") || message.has("tool_calls") || message.has("refusal")) {
			writeContent(message);
		}
		else if (!type.isEmpty()) {
			writePart(message, type);
		}
		this.json.writeEndArray();
		String finishReason = text(value, "finish_reason") + text(value, "stop_reason");
		if (!finishReason.isEmpty()) {
			this.json.writeStringProperty("finish_reason", finishReason(finishReason));
		}
		this.json.writeEndObject();
	}

	private static String role(JsonNode message, String type) {
		if (!text(message, "role").isEmpty()) {
			return text(message, "role");
		}
		return type.endsWith("_output") ? "tool" : "assistant";
	}

	private static String finishReason(String reason) {
		return switch (reason) {
			case "end_turn", "stop_sequence" -> "stop";
			case "tool_calls", "tool_use", "function_call" -> "tool_call";
			case "max_tokens" -> "length";
			default -> reason;
		};
	}

	private void writeContent(JsonNode message) {
		writeText("reasoning", message.path("reasoning_content"));
		writeText("text", message.path("content"));
		message.path("content").valueStream().forEach((part) -> writePart(part, text(part, "type")));
		writeText("refusal", message.path("refusal"));
		message.path("tool_calls")
			.forEach((call) -> writeCall(call.path("id"), call.at("/function/name"), call.at("/function/arguments")));
	}

	private void writePart(JsonNode part, String type) {
		switch (type) {
			case "text", "input_text", "output_text" -> writeText("text", part.path("text"));
			case "refusal" -> writeText("refusal", part.path("refusal"));
			case "thinking" -> writeText("reasoning", part.path("thinking"));
			case "reasoning" -> {
				part.path("summary").forEach((text) -> writeText("reasoning", text.path("text")));
				part.path("content").forEach((text) -> writeText("reasoning", text.path("text")));
			}
			case "tool_use" -> writeCall(part.path("id"), part.path("name"), part.path("input"));
			case "function_call" -> writeCall(part.path("call_id"), part.path("name"), part.path("arguments"));
			case "tool_result" -> writeResponse(part.path("tool_use_id"), part.path("content"));
			case "function_call_output" -> writeResponse(part.path("call_id"), part.path("output"));
			default -> writeOther(part);
		}
	}

	private void writeOther(JsonNode part) {
		Attachment media = media("", part);
		if (media != null) {
			ContentJson.attachment(this.context, media).writePart(this.json);
		}
		else {
			ContentJson.raw(this.json, this.context, part.toString());
		}
	}

	// Find the first media in a part or its nested objects.
	private static @Nullable Attachment media(String name, JsonNode part) {
		if (!(part instanceof ObjectNode object)) {
			return WireMedia.isDataUrl(part) ? Attachments.ofDataUrl(part.asString()) : null;
		}
		for (String key : object.propertyNames()) {
			Attachment media = WireMedia.at(name, object, key, object.path(key));
			media = (media != null) ? media : media(key, object.path(key));
			if (media != null) {
				return media;
			}
		}
		return null;
	}

	private void writeText(String type, JsonNode text) {
		if (text.isString() && !text.asString().isEmpty()) {
			this.json.writeStartObject();
			this.json.writeStringProperty("type", type);
			ContentJson.text(this.json, this.context, "content", text.asString());
			this.json.writeEndObject();
		}
	}

	private void writeCall(JsonNode id, JsonNode name, JsonNode arguments) {
		this.json.writeStartObject();
		this.json.writeStringProperty("type", "tool_call");
		this.json.writeStringProperty("id", id.asString(""));
		this.json.writeStringProperty("name", name.asString(""));
		this.json.writeName("arguments");
		writeJson(arguments);
		this.json.writeEndObject();
	}

	private void writeResponse(JsonNode id, JsonNode response) {
		this.json.writeStartObject();
		this.json.writeStringProperty("type", "tool_call_response");
		this.json.writeStringProperty("id", id.asString(""));
		this.json.writeName("response");
		writeJson(response);
		this.json.writeEndObject();
	}

	// Write a text that is JSON as JSON.
	private void writeJson(JsonNode value) {
		String text = value.isString() ? value.asString() : (value.isMissingNode() ? "null" : value.toString());
		if (ContentJson.isJson(text)) {
			ContentJson.raw(this.json, this.context, text.strip());
		}
		else {
			ContentJson.text(this.json, this.context, text);
		}
	}

	private static String text(JsonNode object, String name) {
		return object.path(name).isString() ? object.path(name).asString() : "";
	}

}
