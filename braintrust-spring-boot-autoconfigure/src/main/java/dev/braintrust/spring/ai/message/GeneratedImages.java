package dev.braintrust.spring.ai.message;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.content.ContentJson;
import dev.braintrust.spring.content.json.ContentSize;
import dev.braintrust.spring.content.json.JsonPayload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

/**
 * Generated images, as one message of content parts: {@code [{"role": "assistant",
 * "content": [{"type": "image_url", "image_url": {"url": …}}]}]}. An image that the
 * provider returns as a URL stays a URL and is not fetched. If the provider revised the
 * prompt, its version is written beside the image as {@code revised_prompt}.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#output-payloads">Braintrust's
 * instrumentation guide, "Output payloads"</a>
 */
public final class GeneratedImages extends JsonPayload {

	private static final String IMAGE = "image/png";

	private final List<Image> images;

	public GeneratedImages(List<GeneratedImage> images) {
		this(images.stream().map(Image::of).filter((image) -> image.part().attachment() != null));
	}

	private GeneratedImages(Stream<Image> images) {
		this.images = images.toList();
	}

	@Override
	public long size() {
		long size = 0;
		for (Image image : this.images) {
			Attachment attachment = image.part().attachment();
			size += ContentSize.of((attachment != null) ? attachment.url() : null)
					+ ContentSize.of(image.revisedPrompt());
		}
		return size;
	}

	@Override
	public List<Attachment> attachments() {
		return this.images.stream().map((image) -> image.part().attachment()).filter(Objects::nonNull).toList();
	}

	@Override
	public GeneratedImages without(List<Attachment> attachments, String reason) {
		return new GeneratedImages(this.images.stream()
			.map((image) -> new Image(image.part().without(attachments, reason), image.revisedPrompt())));
	}

	@Override
	public void serialize(JsonGenerator json, SerializationContext context) {
		json.writeStartArray();
		json.writeStartObject();
		json.writeStringProperty("role", "assistant");
		json.writeArrayPropertyStart("content");
		for (Image image : this.images) {
			json.writeStartObject();
			MediaPart.writeContent(json, image.asImage().record(context));
			if (image.revisedPrompt() != null) {
				ContentJson.text(json, context, "revised_prompt", image.revisedPrompt());
			}
			json.writeEndObject();
		}
		json.writeEndArray();
		json.writeEndObject();
		json.writeEndArray();
	}

	public record GeneratedImage(@Nullable String url, @Nullable String base64, @Nullable String revisedPrompt) {
	}

	private record Image(MediaPart part, @Nullable String revisedPrompt) {

		static Image of(GeneratedImage image) {
			return new Image(new MediaPart(attachment(image), "image", null), image.revisedPrompt());
		}

		private static @Nullable Attachment attachment(GeneratedImage image) {
			String url = image.url();
			if (url != null && !url.isBlank()) {
				return Attachments.isDataUrl(url) ? Attachments.ofDataUrl(url) : Attachments.ofUrl(url, IMAGE);
			}
			String base64 = image.base64();
			return (base64 != null && !base64.isBlank()) ? Attachments.ofBase64(base64, null) : null;
		}

		// OpenAI's images are PNG unless another format was requested.
		MediaPart asImage() {
			Attachment attachment = this.part.attachment();
			return (attachment != null && !attachment.contentType().startsWith("image/")
					&& attachment.source() instanceof String base64 && base64.indexOf(',') < 0)
							? new MediaPart(Attachments.ofBase64(base64, IMAGE), IMAGE, null) : this.part;
		}

	}

}
