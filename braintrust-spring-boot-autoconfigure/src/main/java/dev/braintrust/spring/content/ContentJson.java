package dev.braintrust.spring.content;

import java.util.List;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.content.json.CapturedJson;
import dev.braintrust.spring.content.json.ContentSize;
import dev.braintrust.spring.content.json.JsonCopy;
import dev.braintrust.spring.content.json.JsonPayload;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import dev.braintrust.spring.settings.ProjectSettings.CaptureFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/**
 * Writes the content in payloads: texts, JSON and attachments. A payload writes
 * structure, such as names, types and ids, itself.
 */
public final class ContentJson {

	private ContentJson() {
	}

	// Write a text of the content. It is filtered and cut by the settings of the project,
	// and a long text is filtered only once for all spans of a request.
	public static void text(JsonGenerator json, SerializationContext context, @Nullable String text) {
		if (text != null && context.getAttribute(JsonTexts.class) instanceof JsonTexts texts) {
			texts.write(json, text);
		}
		else {
			json.writeString(text);
		}
	}

	public static void text(JsonGenerator json, SerializationContext context, String name, @Nullable String text) {
		json.writeName(name);
		text(json, context, text);
	}

	// Write content that is already JSON, and treat each string in it as a text.
	public static void raw(JsonGenerator json, SerializationContext context, String text) {
		if (context.getAttribute(JsonTexts.class) instanceof JsonTexts texts) {
			texts.writeJson(json, text);
		}
		else {
			json.writeRawValue(text);
		}
	}

	// Wrap JSON whose strings are content, even in metadata.
	public static Object value(String json) {
		return new Value(json);
	}

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

	// Whether the bytes of attachments are recorded in any form. If not, do not
	// read them.
	public static boolean takesBytes(SerializationContext context) {
		return (context.getAttribute(JsonTexts.class) instanceof JsonTexts texts) ? texts.takesBytes()
				: context.getAttribute(AttachmentsMode.class) != AttachmentsMode.NONE;
	}

	public static RecordedAttachment note(String note) {
		return RecordedAttachment.note(note);
	}

	// Take the attachments out of a text that is a data URL, or JSON with data URLs
	// as strings.
	public static SplitText split(SerializationContext context, String text) {
		boolean candidate = JsonTexts.mayHoldDataUrl(text);
		return (candidate && context.getAttribute(JsonTexts.class) instanceof JsonTexts texts)
				? texts.split(new CapturedJson(text)) : new SplitText(text, List.of());
	}

	static SplitText split(SerializationContext context, CapturedJson captured) {
		boolean candidate = captured.attachments() != null || JsonTexts.mayHoldDataUrl(captured.json());
		return (candidate && context.getAttribute(JsonTexts.class) instanceof JsonTexts texts) ? texts.split(captured)
				: new SplitText(captured.json(), List.of());
	}

	public static boolean isJson(String text) {
		return JsonCopy.isJson(text);
	}

	// Whether to write the format of OpenTelemetry's conventions for generative AI
	// instead of Braintrust's own.
	public static boolean isGenAi(SerializationContext context) {
		return context.getAttribute(CaptureFormat.class) == CaptureFormat.GEN_AI;
	}

	static ValueSerializer<Attachment> attachments() {
		return new AttachmentSerializer();
	}

	/**
	 * Writes an attachment in the form that the project records.
	 */
	private static final class AttachmentSerializer extends ValueSerializer<Attachment> {

		@Override
		public void serialize(Attachment value, JsonGenerator json, SerializationContext context) {
			attachment(context, value).writeValue(json);
		}

	}

	/**
	 * Content as JSON.
	 */
	private static final class Value extends JsonPayload {

		private final String json;

		Value(String json) {
			this.json = json;
		}

		@Override
		public long size() {
			return ContentSize.of(this.json);
		}

		@Override
		public void serialize(JsonGenerator json, SerializationContext context) {
			raw(json, context, this.json);
		}

	}

	/**
	 * A text without its attachments, for fields that can only hold text. A note replaces
	 * each attachment in the text.
	 *
	 * @param text the text, empty if it was a single attachment
	 * @param attachments the attachments in their order
	 */
	public record SplitText(String text, List<RecordedAttachment> attachments) {

		public SplitText {
			attachments = List.copyOf(attachments);
		}

	}

}
