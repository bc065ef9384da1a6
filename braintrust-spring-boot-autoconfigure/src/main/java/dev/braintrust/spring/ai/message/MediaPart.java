package dev.braintrust.spring.ai.message;

import java.util.List;
import java.util.regex.Pattern;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.content.ContentJson;
import dev.braintrust.spring.content.RecordedAttachment;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.ai.content.Media;

/**
 * An image, a document or audio of a message, or a note that replaces it. A URL in a
 * message stays a URL and is not fetched.
 *
 * @param attachment the attachment, or {@code null} if its bytes were released
 * @param type the content type, as given in the message
 * @param note the note, if there is no attachment
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#input-payloads">Braintrust's
 * instrumentation guide, "Input payloads"</a>
 */
public record MediaPart(@Nullable Attachment attachment, String type, @Nullable String note) {

	private static final int UUID_LENGTH = 36;

	private static final String DATA = "data:";

	// A single letter is a drive.
	private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:");

	// Create a part without reading the media.
	static MediaPart of(Media media) {
		String type = media.getMimeType().toString();
		Attachment attachment = attachment(media.getData(), type);
		return new MediaPart(isGenerated(media) ? attachment : attachment.named(media.getName()), type, null);
	}

	private static Attachment attachment(Object data, String type) {
		if (data instanceof byte[] bytes) {
			return Attachments.of(bytes, type);
		}
		String text = data.toString();
		if (text.isBlank()) {
			return Attachments.ofUrl("about:blank", type);
		}
		if (text.stripLeading().regionMatches(true, 0, DATA, 0, DATA.length())) {
			return dataUrl(text, type);
		}
		return isUrl(text) ? Attachments.ofUrl(text, type) : Attachments.ofBase64(text, type);
	}

	// Only check the start of the URL, since this runs on the caller's thread.
	private static Attachment dataUrl(String url, String type) {
		try {
			return Attachments.ofDataUrl(url);
		}
		catch (IllegalArgumentException ex) {
			return Attachments.ofUrl(url, type);
		}
	}

	private static boolean isUrl(String text) {
		return SCHEME.matcher(text).lookingAt() && text.chars().noneMatch(Character::isWhitespace);
	}

	// Spring AI generates names for media without one; they carry no information.
	private static boolean isGenerated(Media media) {
		String prefix = "media-" + media.getMimeType().getSubtype() + "-";
		String name = media.getName();
		return name.startsWith(prefix) && name.length() == prefix.length() + UUID_LENGTH;
	}

	// The note is not filtered, and this runs on the caller's thread, so it contains no
	// name, and the type is not detected.
	MediaPart without(List<Attachment> attachments, String reason) {
		if (this.attachment == null || !attachments.contains(this.attachment)) {
			return this;
		}
		long size = this.attachment.size();
		return new MediaPart(null, this.type,
				"[" + this.type + ((size >= 0) ? ", " + size + " bytes" : "") + ", not recorded: " + reason + "]");
	}

	RecordedAttachment record(SerializationContext context) {
		return (this.attachment != null) ? ContentJson.attachment(context, this.attachment)
				: ContentJson.note(String.valueOf(this.note));
	}

	// Write the content part of OpenAI's messages.
	public static void write(JsonGenerator json, RecordedAttachment attachment) {
		json.writeStartObject();
		writeContent(json, attachment);
		json.writeEndObject();
	}

	static void writeContent(JsonGenerator json, RecordedAttachment attachment) {
		if (attachment.note() != null) {
			json.writeStringProperty("type", "text");
			json.writeStringProperty("text", attachment.note());
		}
		else if (attachment.contentType().startsWith("image/")) {
			json.writeStringProperty("type", "image_url");
			json.writeObjectPropertyStart("image_url");
			json.writeName("url");
			attachment.write(json);
			json.writeEndObject();
		}
		else {
			json.writeStringProperty("type", "file");
			json.writeObjectPropertyStart("file");
			json.writeStringProperty("filename", attachment.filename());
			json.writeName("file_data");
			attachment.write(json);
			json.writeEndObject();
		}
	}

}
