package dev.braintrust.spring.payload;

import java.util.Base64;

import dev.braintrust.spring.content.ContentJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.ai.content.Media;

/**
 * Writes an image, a document or a sound of a message as a content part. What the message
 * refers to by a URL stays a URL and is not fetched.
 * <p>
 * OpenTelemetry's conventions have parts for what has a URL, {@code {"type": "uri", …}}.
 * Bytes are a generic part that Braintrust recognises there: {@code {"type":
 * "base64_attachment", "content": "data:…"}}.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#input-payloads">Braintrust's
 * instrumentation guide, "Input payloads"</a>
 */
final class MediaPart {

	private static final String DATA_URL = "data:";

	private MediaPart() {
	}

	static void write(JsonGenerator json, SerializationContext context, Media media) {
		String note = note(context, media);
		json.writeStartObject();
		if (note != null) {
			json.writeStringProperty("type", "text");
			json.writeStringProperty("text", note);
		}
		else if ("image".equals(media.getMimeType().getType())) {
			json.writeStringProperty("type", "image_url");
			json.writeObjectPropertyStart("image_url");
			writeUrl(json, context, "url", url(media));
			json.writeEndObject();
		}
		else {
			json.writeStringProperty("type", "file");
			json.writeObjectPropertyStart("file");
			ContentJson.text(json, context, "filename", media.getName());
			writeUrl(json, context, "file_data", url(media));
			json.writeEndObject();
		}
		json.writeEndObject();
	}

	static void writeGenAi(JsonGenerator json, SerializationContext context, Media media) {
		String note = note(context, media);
		if (note != null) {
			writePart(json, "text", note);
			return;
		}
		String url = url(media);
		if (url.startsWith(DATA_URL)) {
			writePart(json, "base64_attachment", url);
			return;
		}
		String type = media.getMimeType().getType();
		json.writeStartObject();
		json.writeStringProperty("type", "uri");
		json.writeStringProperty("mime_type", media.getMimeType().toString());
		json.writeStringProperty("modality", switch (type) {
			case "image", "video", "audio" -> type;
			default -> "document";
		});
		writeUrl(json, context, "uri", url);
		json.writeEndObject();
	}

	// A link is content; data are not a text.
	private static void writeUrl(JsonGenerator json, SerializationContext context, String name, String url) {
		if (url.startsWith(DATA_URL)) {
			json.writeStringProperty(name, url);
		}
		else {
			ContentJson.text(json, context, name, url);
		}
	}

	private static void writePart(JsonGenerator json, String type, String content) {
		json.writeStartObject();
		json.writeStringProperty("type", type);
		json.writeStringProperty("content", content);
		json.writeEndObject();
	}

	// What stands for the bytes, where they are not recorded.
	private static @Nullable String note(SerializationContext context, Media media) {
		if (ContentJson.takesMedia(context)) {
			return null;
		}
		if (media.getData() instanceof byte[] bytes) {
			return note(media, bytes.length);
		}
		String url = String.valueOf(media.getData());
		return url.startsWith(DATA_URL) ? note(media, size(url)) : null;
	}

	private static String note(Media media, int size) {
		return "[" + media.getMimeType() + ", " + size + " bytes]";
	}

	private static int size(String dataUrl) {
		int end = dataUrl.length();
		while (dataUrl.charAt(end - 1) == '=') {
			end--;
		}
		int encoded = end - dataUrl.indexOf(',') - 1;
		return dataUrl.contains(";base64,") ? (int) (encoded * 3L / 4) : encoded;
	}

	private static String url(Media media) {
		return (media.getData() instanceof byte[] bytes)
				? DATA_URL + media.getMimeType() + ";base64," + Base64.getEncoder().encodeToString(bytes)
				: String.valueOf(media.getData());
	}

}
