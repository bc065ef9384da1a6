package dev.braintrust.spring.content.json;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * Writes a text that an application says is JSON: as it is where it is one value, else as
 * a string.
 */
public final class RawJson extends ValueSerializer<Object> {

	public static void write(JsonGenerator json, String text) {
		if (JsonCopy.isJson(text)) {
			json.writeRawValue(text);
		}
		else {
			json.writeString(text);
		}
	}

	@Override
	public void serialize(Object value, JsonGenerator json, SerializationContext context) {
		write(json, value.toString());
	}

	@Override
	public void serializeWithType(Object value, JsonGenerator json, SerializationContext context,
			TypeSerializer typeSerializer) {
		serialize(value, json, context);
	}

}
