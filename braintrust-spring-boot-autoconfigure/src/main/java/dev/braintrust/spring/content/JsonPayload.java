package dev.braintrust.spring.content;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JacksonSerializable;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * A value of a span that writes itself as JSON, without a tree of objects in between. It
 * is written by the export worker, after the span has ended, so it must be immutable: it
 * refers to what does not change, and copies what may.
 */
public abstract class JsonPayload implements JacksonSerializable {

	@Override
	public abstract void serialize(JsonGenerator json, SerializationContext context);

	@Override
	public final void serializeWithType(JsonGenerator json, SerializationContext context,
			TypeSerializer typeSerializer) {
		serialize(json, context);
	}

	/**
	 * Write a text that may be long and that other spans may carry too: its JSON is made
	 * once.
	 * @param json what to write to
	 * @param context the context of the writing
	 * @param text the text, {@code null} for the JSON {@code null}
	 */
	protected static void writeText(JsonGenerator json, SerializationContext context, @Nullable String text) {
		if (text != null && context.getAttribute(JsonTexts.class) instanceof JsonTexts texts) {
			texts.write(json, text);
		}
		else {
			json.writeString(text);
		}
	}

}
