package dev.braintrust.spring.ai.message;

import java.util.regex.Pattern;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.content.ContentJson;
import dev.braintrust.spring.content.RecordedAttachment;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.ai.content.Media;

/**
 * Writes an image, a document or a sound of a message as a content part. What the message
 * refers to by a URL stays a URL and is not fetched.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#input-payloads">Braintrust's
 * instrumentation guide, "Input payloads"</a>
 */
final class MediaPart {

	private static final int UUID_LENGTH = 36;

	private static final String DATA = "data:";

	// A letter alone is a drive.
	private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:");

	private MediaPart() {
	}

	// Media as an attachment. Nothing is read.
	static Attachment attachment(Media media) {
		if (media instanceof FileMedia file) {
			return file.attachment();
		}
		Attachment attachment = unnamed(media);
		return isGenerated(media) ? attachment : attachment.named(media.getName());
	}

	private static Attachment unnamed(Media media) {
		String type = media.getMimeType().toString();
		if (media.getData() instanceof byte[] bytes) {
			return Attachments.of(bytes, type);
		}
		String text = media.getData().toString();
		if (text.isBlank()) {
			return Attachments.ofUrl("about:blank", type);
		}
		if (text.stripLeading().regionMatches(true, 0, DATA, 0, DATA.length())) {
			return data(text, type);
		}
		return isUrl(text) ? Attachments.ofUrl(text, type) : Attachments.ofBase64(text, type);
	}

	// The beginning tells: this runs on the thread of the caller.
	private static Attachment data(String url, String type) {
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

	// What Spring AI calls media that have no name says nothing.
	private static boolean isGenerated(Media media) {
		String prefix = "media-" + media.getMimeType().getSubtype() + "-";
		String name = media.getName();
		return name.startsWith(prefix) && name.length() == prefix.length() + UUID_LENGTH;
	}

	static RecordedAttachment record(SerializationContext context, Media media) {
		return (media instanceof AbsentMedia absent) ? absent.recorded()
				: ContentJson.attachment(context, attachment(media));
	}

	// Write the part that OpenAI's messages have.
	static void write(JsonGenerator json, RecordedAttachment attachment) {
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
