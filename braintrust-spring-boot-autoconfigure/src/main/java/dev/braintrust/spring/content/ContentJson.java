package dev.braintrust.spring.content;

import java.util.List;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.content.json.CapturedJson;
import dev.braintrust.spring.content.json.JsonCopy;
import dev.braintrust.spring.settings.AttachmentsMode;
import dev.braintrust.spring.settings.CaptureFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

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
	 * Decide how an attachment is recorded.
	 * @param context the context of the writing
	 * @param attachment the attachment
	 * @return how it is recorded
	 */
	public static RecordedAttachment attachment(SerializationContext context, Attachment attachment) {
		if (context.getAttribute(JsonTexts.class) instanceof JsonTexts texts) {
			return texts.record(attachment);
		}
		if (attachment.url() != null) {
			return RecordedAttachment.url(attachment, null);
		}
		return (context.getAttribute(AttachmentsMode.class) == AttachmentsMode.NONE)
				? RecordedAttachment.note(attachment, attachment.size(), null)
				: RecordedAttachment.base64(attachment, null);
	}

	/**
	 * Whether bytes of attachments are recorded, in some form: what is not is not to be
	 * read.
	 * @param context the context of the writing
	 * @return {@code false} where the project does not want them, or where the field that
	 * they are part of has no room for them
	 */
	public static boolean takesBytes(SerializationContext context) {
		return (context.getAttribute(JsonTexts.class) instanceof JsonTexts texts) ? texts.takesBytes()
				: context.getAttribute(AttachmentsMode.class) != AttachmentsMode.NONE;
	}

	/**
	 * A note in the place of an attachment.
	 * @param note the note
	 * @return what is recorded of the attachment
	 */
	public static RecordedAttachment note(String note) {
		return RecordedAttachment.note(note);
	}

	/**
	 * Take the attachments out of a text: one that is a data URL as a whole, or JSON with
	 * such strings.
	 * @param context the context of the writing
	 * @param text the text
	 * @return the text without them
	 */
	public static SplitText split(SerializationContext context, String text) {
		boolean candidate = JsonTexts.mayHoldDataUrl(text);
		return (candidate && context.getAttribute(JsonTexts.class) instanceof JsonTexts texts)
				? texts.split(new CapturedJson(text)) : new SplitText(text, List.of());
	}

	/**
	 * Take the attachments out of captured JSON.
	 * @param context the context of the writing
	 * @param captured the JSON
	 * @return the text without them
	 */
	static SplitText split(SerializationContext context, CapturedJson captured) {
		boolean candidate = captured.attachments() != null || JsonTexts.mayHoldDataUrl(captured.json());
		return (candidate && context.getAttribute(JsonTexts.class) instanceof JsonTexts texts) ? texts.split(captured)
				: new SplitText(captured.json(), List.of());
	}

	/**
	 * Whether a text is one JSON value.
	 * @param text the text
	 * @return whether it is
	 */
	public static boolean isJson(String text) {
		return JsonCopy.isJson(text);
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

	/**
	 * Writes an attachment as the project wants it recorded.
	 */
	static final class AttachmentSerializer extends ValueSerializer<Attachment> {

		@Override
		public void serialize(Attachment value, JsonGenerator json, SerializationContext context) {
			attachment(context, value).writeValue(json);
		}

	}

}
