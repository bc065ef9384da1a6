package dev.braintrust.spring.content;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.content.json.Base64Text;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * An attachment in its recorded form: a reference to an upload, base64, a URL, or a note
 * that describes it.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#attachment-reference">Braintrust's
 * instrumentation guide, "Attachment reference"</a>
 */
public final class RecordedAttachment {

	private final @Nullable Attachment attachment;

	private final long size;

	private final @Nullable String key;

	private final @Nullable String note;

	private final @Nullable JsonTexts texts;

	private RecordedAttachment(@Nullable Attachment attachment, long size, @Nullable String key, @Nullable String note,
			@Nullable JsonTexts texts) {
		this.attachment = attachment;
		this.size = size;
		this.key = key;
		this.note = note;
		this.texts = texts;
	}

	// The caller passes the size, since asking a file for it may hang.
	static RecordedAttachment uploaded(Attachment attachment, long size, String key) {
		return new RecordedAttachment(attachment, size, key, null, null);
	}

	static RecordedAttachment base64(Attachment attachment, @Nullable JsonTexts texts) {
		return new RecordedAttachment(attachment, attachment.size(), null, null, texts);
	}

	static RecordedAttachment url(Attachment attachment, @Nullable JsonTexts texts) {
		return new RecordedAttachment(attachment, -1, null, null, texts);
	}

	static RecordedAttachment note(String note) {
		return new RecordedAttachment(null, -1, null, note, null);
	}

	static RecordedAttachment note(Attachment attachment, long size, @Nullable String reason) {
		return note(label(attachment, size, reason));
	}

	private static String label(Attachment attachment, long size, @Nullable String reason) {
		return "[" + attachment.contentType() + ", " + attachment.name() + ((size >= 0) ? ", " + size + " bytes" : "")
				+ ((reason != null) ? ", not recorded: " + reason : "") + "]";
	}

	// The label for this attachment in a text that cannot hold it.
	String label() {
		return (this.attachment != null) ? label(this.attachment, this.size, null) : String.valueOf(this.note);
	}

	// The note that replaces an attachment that is not recorded.
	public @Nullable String note() {
		return this.note;
	}

	public String contentType() {
		return (this.attachment != null) ? this.attachment.contentType() : "";
	}

	// The name of the file.
	public String filename() {
		return (this.attachment != null) ? this.attachment.name() : "";
	}

	public boolean isBase64() {
		return this.attachment != null && this.key == null && this.attachment.url() == null;
	}

	public @Nullable String url() {
		return (this.attachment != null) ? this.attachment.url() : null;
	}

	// Write it in the place of an image or a file in a message: as a reference, a data
	// URL or a URL.
	public void write(JsonGenerator json) {
		if (this.attachment == null) {
			json.writeString(this.note);
		}
		else if (this.key != null) {
			writeReference(json, this.attachment, this.key);
		}
		else if (this.attachment.url() != null) {
			writeUrl(json, this.attachment.url());
		}
		else {
			writeBase64(json, "data:" + this.attachment.contentType() + ";base64,", this.attachment);
		}
	}

	public void writeBase64(JsonGenerator json) {
		if (this.attachment != null) {
			writeBase64(json, "", this.attachment);
		}
	}

	// Write it as a separate value with its type, {"type": …, …}, or as a text if it is
	// not recorded.
	public void writeValue(JsonGenerator json) {
		if (this.attachment == null || this.key != null) {
			write(json);
		}
		else if (this.attachment.url() != null) {
			json.writeStartObject();
			Attachments.inlineReference(this.attachment).forEach((name, value) -> {
				json.writeName(name);
				if (name.equals("src")) {
					writeUrl(json, value.toString());
				}
				else {
					json.writeString(value.toString());
				}
			});
			json.writeEndObject();
		}
		else {
			json.writeStartObject();
			json.writeStringProperty("type", "base64_attachment");
			json.writeName("content");
			write(json);
			json.writeEndObject();
		}
	}

	// Write it as a message part of OpenTelemetry's conventions for generative AI: a URL
	// as {"type": "uri", …}, any other attachment as the generic part of writeValue, or
	// as a text if it is not recorded.
	public void writePart(JsonGenerator json) {
		String url = url();
		if (this.attachment == null) {
			json.writeStartObject();
			json.writeStringProperty("type", "text");
			json.writeStringProperty("content", this.note);
			json.writeEndObject();
		}
		else if (url == null) {
			writeValue(json);
		}
		else {
			String type = this.attachment.contentType();
			json.writeStartObject();
			json.writeStringProperty("type", "uri");
			json.writeStringProperty("mime_type", type);
			json.writeStringProperty("modality", modality(type));
			json.writeName("uri");
			writeUrl(json, url);
			json.writeEndObject();
		}
	}

	private static String modality(String contentType) {
		String type = contentType.substring(0, Math.max(0, contentType.indexOf('/')));
		return switch (type) {
			case "image", "video", "audio" -> type;
			default -> "document";
		};
	}

	// A URL is content and is filtered.
	private void writeUrl(JsonGenerator json, @Nullable String url) {
		if (this.texts != null && url != null) {
			this.texts.write(json, url);
		}
		else {
			json.writeString(url);
		}
	}

	private static void writeReference(JsonGenerator json, Attachment attachment, String key) {
		json.writeStartObject();
		json.writeStringProperty("type", "braintrust_attachment");
		json.writeStringProperty("content_type", attachment.contentType());
		json.writeStringProperty("filename", attachment.name());
		json.writeStringProperty("key", key);
		json.writeEndObject();
	}

	private void writeBase64(JsonGenerator json, String prefix, Attachment attachment) {
		if (attachment.source() instanceof String text) {
			int start = text.indexOf(',') + 1;
			if (isPlain(text, start)) {
				// It is already base64.
				boolean whole = !prefix.isEmpty() && text.startsWith("data:");
				json.writeString(whole ? text : prefix + text.substring(start));
				return;
			}
		}
		if (this.texts != null) {
			this.texts.writeBase64(json, prefix, attachment);
		}
		else {
			Base64Text.write(json, prefix, attachment);
		}
	}

	// Whether the text is plain base64. Base64 in another alphabet, with line breaks or
	// without padding is encoded again.
	private static boolean isPlain(String text, int start) {
		if ((text.length() - start) % 4 != 0) {
			return false;
		}
		for (int i = start; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c <= ' ' || c == '-' || c == '_') {
				return false;
			}
		}
		return true;
	}

}
