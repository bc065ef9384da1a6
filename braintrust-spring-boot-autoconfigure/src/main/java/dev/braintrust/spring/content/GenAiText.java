package dev.braintrust.spring.content;

import dev.braintrust.spring.content.json.CapturedJson;
import dev.braintrust.spring.content.json.ContentSize;
import dev.braintrust.spring.content.json.JsonPayload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

/**
 * Content that is no messages, as the one message that OpenTelemetry's conventions for
 * generative AI have room for: {@code [{"role": "user", "parts": [{"type": "text",
 * "content": "…"}]}]}.
 */
final class GenAiText extends JsonPayload {

	private final String role;

	private final Object value;

	private GenAiText(String role, Object value) {
		this.role = role;
		this.value = value;
	}

	static @Nullable Object input(@Nullable Object captured) {
		return message("user", captured);
	}

	static @Nullable Object output(@Nullable Object captured) {
		return message("assistant", captured);
	}

	private static @Nullable Object message(String role, @Nullable Object captured) {
		if (captured == null || captured == CapturedJson.NULL) {
			return null;
		}
		boolean messages = captured instanceof JsonPayload payload && payload.isMessages();
		return messages ? captured : new GenAiText(role, captured);
	}

	@Override
	public long size() {
		return ContentSize.of(this.value);
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		json.writeStartArray();
		json.writeStartObject();
		json.writeStringProperty("role", this.role);
		json.writeArrayPropertyStart("parts");
		if (this.value instanceof JsonPayload payload) {
			json.writeStartObject();
			json.writeStringProperty("type", "json");
			json.writeName("content");
			payload.serialize(json, context);
			json.writeEndObject();
		}
		else {
			writeParts(json, context, split(context));
		}
		json.writeEndArray();
		if (this.role.equals("assistant")) {
			json.writeStringProperty("finish_reason", "stop");
		}
		json.writeEndObject();
		json.writeEndArray();
	}

	// A text holds no attachments: they stand after it.
	private SplitText split(SerializationContext context) {
		return (this.value instanceof CapturedJson captured) ? ContentJson.split(context, captured)
				: ContentJson.split(context, this.value.toString());
	}

	private static void writeParts(JsonGenerator json, SerializationContext context, SplitText split) {
		if (!split.text().isEmpty() || split.attachments().isEmpty()) {
			json.writeStartObject();
			json.writeStringProperty("type", "text");
			ContentJson.text(json, context, "content", split.text());
			json.writeEndObject();
		}
		for (RecordedAttachment attachment : split.attachments()) {
			attachment.writePart(json);
		}
	}

}
