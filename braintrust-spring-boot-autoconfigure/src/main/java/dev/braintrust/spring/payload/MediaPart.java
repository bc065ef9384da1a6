package dev.braintrust.spring.payload;

import java.util.Base64;

import dev.braintrust.spring.properties.AttachmentsMode;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.ai.content.Media;

/**
 * Writes an image, a document or a sound of a message as a content part. What the message
 * refers to by a URL stays a URL and is not fetched.
 */
final class MediaPart {

	private MediaPart() {
	}

	static void write(JsonGenerator json, SerializationContext context, Media media) {
		Object data = media.getData();
		json.writeStartObject();
		if (data instanceof byte[] bytes && context.getAttribute(AttachmentsMode.class) == AttachmentsMode.NONE) {
			json.writeStringProperty("type", "text");
			json.writeStringProperty("text", "[" + media.getMimeType() + ", " + bytes.length + " bytes]");
		}
		else {
			String url = (data instanceof byte[] bytes) ? dataUrl(media, bytes) : String.valueOf(data);
			if ("image".equals(media.getMimeType().getType())) {
				writeImage(json, url);
			}
			else {
				writeFile(json, media.getName(), url);
			}
		}
		json.writeEndObject();
	}

	private static String dataUrl(Media media, byte[] bytes) {
		return "data:" + media.getMimeType() + ";base64," + Base64.getEncoder().encodeToString(bytes);
	}

	private static void writeImage(JsonGenerator json, String url) {
		json.writeStringProperty("type", "image_url");
		json.writeObjectPropertyStart("image_url");
		json.writeStringProperty("url", url);
		json.writeEndObject();
	}

	private static void writeFile(JsonGenerator json, String name, String url) {
		json.writeStringProperty("type", "file");
		json.writeObjectPropertyStart("file");
		json.writeStringProperty("filename", name);
		json.writeStringProperty("file_data", url);
		json.writeEndObject();
	}

}
