package dev.braintrust.spring.ai.message;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.content.ContentJson;
import dev.braintrust.spring.content.RecordedAttachment;
import dev.braintrust.spring.content.json.ContentSize;
import dev.braintrust.spring.content.json.JsonPayload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

/**
 * The images that a model made, as one message of content parts: {@code [{"role":
 * "assistant", "content": [{"type": "image_url", "image_url": {"url": …}}]}]}. An image
 * that the provider keeps under a URL stays a URL and is not fetched. The prompt that the
 * provider made of the one it was given stands beside its image as
 * {@code revised_prompt}.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#output-payloads">Braintrust's
 * instrumentation guide, "Output payloads"</a>
 */
public final class GeneratedImages extends JsonPayload {

	private static final String IMAGE = "image/png";

	private final List<Image> images;

	public GeneratedImages(List<GeneratedImage> images) {
		this(images.stream().map(Image::of));
	}

	private GeneratedImages(Stream<Image> images) {
		this.images = images.toList();
	}

	@Override
	public long size() {
		long size = 0;
		for (Image image : this.images) {
			Attachment attachment = image.attachment();
			size += ContentSize.of((attachment != null) ? attachment.url() : null)
					+ ContentSize.of(image.revisedPrompt());
		}
		return size;
	}

	@Override
	public List<Attachment> attachments() {
		return this.images.stream().map(Image::attachment).filter(Objects::nonNull).toList();
	}

	@Override
	public GeneratedImages without(List<Attachment> attachments, String reason) {
		return new GeneratedImages(this.images.stream()
			.map((image) -> (image.attachment() != null && attachments.contains(image.attachment()))
					? new Image(null, "[image, not recorded: " + reason + "]", image.revisedPrompt()) : image));
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		json.writeStartArray();
		json.writeStartObject();
		json.writeStringProperty("role", "assistant");
		json.writeArrayPropertyStart("content");
		this.images.forEach((image) -> write(json, context, image));
		json.writeEndArray();
		json.writeEndObject();
		json.writeEndArray();
	}

	private static void write(JsonGenerator json, SerializationContext context, Image image) {
		RecordedAttachment recorded = image.record(context);
		if (recorded == null) {
			return;
		}
		json.writeStartObject();
		MediaPart.writeContent(json, recorded);
		if (image.revisedPrompt() != null) {
			ContentJson.text(json, context, "revised_prompt", image.revisedPrompt());
		}
		json.writeEndObject();
	}

	public record GeneratedImage(@Nullable String url, @Nullable String base64, @Nullable String revisedPrompt) {
	}

	// One image, or what is said in its place.
	private record Image(@Nullable Attachment attachment, @Nullable String note, @Nullable String revisedPrompt) {

		static Image of(GeneratedImage image) {
			return new Image(attachment(image.url(), image.base64()), null, image.revisedPrompt());
		}

		private static @Nullable Attachment attachment(@Nullable String url, @Nullable String base64) {
			if (url != null && !url.isBlank()) {
				return Attachments.isDataUrl(url) ? Attachments.ofDataUrl(url) : Attachments.ofUrl(url, IMAGE);
			}
			return (base64 != null && !base64.isBlank()) ? Attachments.ofBase64(base64, null) : null;
		}

		@Nullable RecordedAttachment record(SerializationContext context) {
			if (this.attachment == null) {
				return (this.note != null) ? ContentJson.note(this.note) : null;
			}
			// OpenAI's images are PNG unless asked otherwise.
			boolean image = this.attachment.contentType().startsWith("image/");
			return ContentJson.attachment(context,
					(image || !(this.attachment.source() instanceof String base64) || base64.indexOf(',') >= 0)
							? this.attachment : Attachments.ofBase64(base64, IMAGE));
		}

	}

}
