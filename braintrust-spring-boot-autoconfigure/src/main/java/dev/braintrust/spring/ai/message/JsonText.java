package dev.braintrust.spring.ai.message;

import dev.braintrust.spring.content.ContentJson;
import dev.braintrust.spring.content.json.ContentSize;
import dev.braintrust.spring.content.json.JsonPayload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

/**
 * A text that may be JSON: arguments and results of tools, and schemas. A text that is
 * one JSON value is written as this value, character by character. Any other text is
 * written unchanged as a string.
 */
public final class JsonText extends JsonPayload {

	private final @Nullable String text;

	public JsonText(@Nullable String text) {
		this.text = text;
	}

	@Override
	public long size() {
		return ContentSize.of(this.text);
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		if (this.text != null && ContentJson.isJson(this.text)) {
			ContentJson.raw(json, context, this.text.strip());
		}
		else {
			ContentJson.text(json, context, this.text);
		}
	}

	public static void writeStructure(JsonGenerator json, String text) {
		if (ContentJson.isJson(text)) {
			json.writeRawValue(text.strip());
		}
		else {
			json.writeString(text);
		}
	}

}
