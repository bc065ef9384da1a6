package dev.braintrust.spring.ai.provider;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Finds media in messages of OpenAI and Anthropic: the properties that contain them, and
 * their types. Other data URLs are found when texts are written.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/attachments.md#vendor-specific-notes">Braintrust's
 * specification, "Vendor-specific notes"</a>
 */
final class WireMedia {

	private WireMedia() {
	}

	// Return the media in a property, or null. The name is the name of the object.
	static @Nullable Attachment at(String name, JsonNode object, String key, JsonNode value) {
		return switch (key) {
			case "source" -> source(value);
			case "file_data" -> file(value, text(object, "filename"));
			case "data" -> name.endsWith("audio") ? audio(value, text(object, "format")) : null;
			case "result" -> text(object, "type").equals("image_generation_call")
					? image(value, text(object, "output_format")) : null;
			default -> null;
		};
	}

	private static @Nullable Attachment source(JsonNode value) {
		boolean base64 = text(value, "type").equals("base64") && value.path("data").isString();
		return base64 ? Attachments.ofBase64(text(value, "data"), text(value, "media_type")) : null;
	}

	static boolean isDataUrl(JsonNode value) {
		return value.isString() && Attachments.isDataUrl(value.asString());
	}

	private static @Nullable Attachment file(JsonNode value, String filename) {
		if (!isDataUrl(value)) {
			return null;
		}
		Attachment file = Attachments.ofDataUrl(value.asString());
		return filename.isBlank() ? file : file.named(filename);
	}

	// Audio of a request has a format. In an answer, the first bytes show the format.
	private static @Nullable Attachment audio(JsonNode value, String format) {
		if (!value.isString()) {
			return null;
		}
		String type = format.equals("mp3") ? "audio/mpeg" : "audio/" + format;
		return Attachments.ofBase64(value.asString(), format.isEmpty() ? null : type);
	}

	private static @Nullable Attachment image(JsonNode value, String format) {
		return value.isString() ? Attachments.ofBase64(value.asString(), "image/" + (format.isEmpty() ? "png" : format))
				: null;
	}

	private static String text(JsonNode object, String name) {
		return object.path(name).asString("");
	}

}
