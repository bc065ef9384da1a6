package dev.braintrust.spring.content;

import dev.braintrust.spring.properties.AttachmentsMode;
import dev.braintrust.spring.properties.CaptureFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

/**
 * How payloads write what is content. What they write otherwise is structure: names,
 * types, ids.
 */
public final class ContentJson {

	private ContentJson() {
	}

	/**
	 * Write a text of the content: it is filtered and cut as the project wants it, and
	 * its JSON is made once for all spans of a request that carry it.
	 * @param json what to write to
	 * @param context the context of the writing
	 * @param text the text, {@code null} for the JSON {@code null}
	 */
	public static void text(JsonGenerator json, SerializationContext context, @Nullable String text) {
		if (text != null && context.getAttribute(JsonTexts.class) instanceof JsonTexts texts) {
			texts.write(json, text);
		}
		else {
			json.writeString(text);
		}
	}

	/**
	 * Write a property whose value is a text of the content.
	 * @param json what to write to
	 * @param context the context of the writing
	 * @param name the name of the property
	 * @param text the text, {@code null} for the JSON {@code null}
	 */
	public static void text(JsonGenerator json, SerializationContext context, String name, @Nullable String text) {
		json.writeName(name);
		text(json, context, text);
	}

	/**
	 * Write content that is JSON already, with each string in it treated as a text.
	 * @param json what to write to
	 * @param context the context of the writing
	 * @param text the JSON
	 */
	public static void raw(JsonGenerator json, SerializationContext context, String text) {
		if (context.getAttribute(JsonTexts.class) instanceof JsonTexts texts) {
			texts.writeJson(json, text);
		}
		else {
			json.writeRawValue(text);
		}
	}

	/**
	 * Whether the bytes of media are written, in some form.
	 * @param context the context of the writing
	 * @return {@code false} where the project does not want them, or where the field that
	 * they are part of has no room for them
	 */
	public static boolean takesMedia(SerializationContext context) {
		if (context.getAttribute(AttachmentsMode.class) == AttachmentsMode.NONE) {
			return false;
		}
		return !(context.getAttribute(JsonTexts.class) instanceof JsonTexts texts) || texts.hasRoomForMedia();
	}

	/**
	 * Whether to write the format of OpenTelemetry's conventions for generative AI, not
	 * Braintrust's own.
	 * @param context the context of the writing
	 * @return whether it is that format
	 */
	public static boolean isGenAi(SerializationContext context) {
		return context.getAttribute(CaptureFormat.class) == CaptureFormat.GEN_AI;
	}

}
