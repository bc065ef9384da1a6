package dev.braintrust.spring.ai.message;

import java.util.Locale;
import java.util.Map;

import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.content.RecordedAttachment;
import tools.jackson.core.JsonGenerator;

import org.springframework.util.StringUtils;

/**
 * How images and files stand in the messages of a user: as the provider has them, with a
 * reference in the place of the bytes. What a provider has no shape for, such as a URL in
 * Bedrock's, is written as OpenAI's. Google's shape is OpenAI's, since Braintrust
 * replaces the one by the other.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/attachments.md#vendor-specific-notes">Braintrust's
 * specification, "Vendor-specific notes"</a>
 */
public enum MediaShape {

	/**
	 * {@code {"type": "image_url", "image_url": {"url": …}}} and {@code {"type": "file",
	 * "file": {"filename": …, "file_data": …}}}.
	 */
	OPENAI {

		@Override
		void write(JsonGenerator json, RecordedAttachment attachment) {
			MediaPart.write(json, attachment);
		}

	},

	/**
	 * {@code {"type": "image", "source": …}} and {@code {"type": "document", "source":
	 * …}}.
	 */
	ANTHROPIC {

		@Override
		void write(JsonGenerator json, RecordedAttachment attachment) {
			boolean image = attachment.contentType().startsWith("image/");
			if (attachment.note() != null || !(image || isDocument(attachment.contentType()))) {
				MediaPart.write(json, attachment);
				return;
			}
			json.writeStartObject();
			json.writeStringProperty("type", image ? "image" : "document");
			json.writeName("source");
			if (attachment.isBase64()) {
				json.writeStartObject();
				json.writeStringProperty("type", "base64");
				json.writeStringProperty("media_type", attachment.contentType());
				json.writeName("data");
				attachment.writeBase64(json);
				json.writeEndObject();
			}
			else if (attachment.url() != null) {
				json.writeStartObject();
				json.writeStringProperty("type", "url");
				json.writeName("url");
				attachment.write(json);
				json.writeEndObject();
			}
			else {
				attachment.write(json);
			}
			json.writeEndObject();
		}

	},

	/**
	 * {@code {"type": "image", "image": {"format": "png", "source": {"bytes": …}}}} and
	 * {@code {"document": {"format": "pdf", "name": …, "source": {"bytes": …}}}}, and so
	 * for {@code video} and {@code audio}.
	 */
	BEDROCK {

		@Override
		void write(JsonGenerator json, RecordedAttachment attachment) {
			if (attachment.note() != null || attachment.url() != null) {
				MediaPart.write(json, attachment);
				return;
			}
			String type = attachment.contentType();
			String kind = type.substring(0, Math.max(0, type.indexOf('/'))).toLowerCase(Locale.ROOT);
			boolean document = !kind.equals("image") && !kind.equals("video") && !kind.equals("audio");
			json.writeStartObject();
			if (kind.equals("image")) {
				json.writeStringProperty("type", kind);
			}
			json.writeObjectPropertyStart(document ? "document" : kind);
			json.writeStringProperty("format", format(type));
			if (document) {
				json.writeStringProperty("name", attachment.filename());
			}
			json.writeObjectPropertyStart("source");
			json.writeName("bytes");
			if (attachment.isBase64()) {
				attachment.writeBase64(json);
			}
			else {
				attachment.write(json);
			}
			json.writeEndObject();
			json.writeEndObject();
			json.writeEndObject();
		}

	};

	// Where Bedrock's name is not the extension.
	private static final Map<String, String> BEDROCK_FORMATS = Map.of("image/jpeg", "jpeg", "video/3gpp", "three_gp",
			"video/x-matroska", "mkv", "audio/mp4", "mp4");

	/**
	 * Write an attachment.
	 * @param json what to write to
	 * @param attachment the attachment
	 */
	abstract void write(JsonGenerator json, RecordedAttachment attachment);

	private static boolean isDocument(String type) {
		return type.equals("application/pdf") || type.startsWith("text/");
	}

	private static String format(String type) {
		String known = BEDROCK_FORMATS.get(type);
		String name = Attachments.of(new byte[0], type).name();
		return (known != null) ? known : String.valueOf(StringUtils.getFilenameExtension(name));
	}

}
