package dev.braintrust.spring.payload;

import java.util.List;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.content.ContentJson;
import dev.braintrust.spring.content.ContentSize;
import dev.braintrust.spring.content.JsonPayload;
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

	private final List<GeneratedImage> images;

	/**
	 * Create a value from images.
	 * @param images the images
	 */
	public GeneratedImages(List<GeneratedImage> images) {
		this.images = List.copyOf(images);
	}

	@Override
	public long size() {
		long size = 0;
		for (GeneratedImage image : this.images) {
			size += ContentSize.of(image.url()) + ContentSize.of(image.revisedPrompt());
		}
		return size;
	}

	@Override
	public List<Attachment> attachments() {
		return this.images.stream()
			.filter((image) -> image.url() == null && image.base64() != null)
			.map((image) -> Attachments.ofBase64(String.valueOf(image.base64()), IMAGE))
			.toList();
	}

	@Override
	public GeneratedImages without(List<Attachment> attachments, String reason) {
		return new GeneratedImages(this.images.stream()
			.map((image) -> attachments.stream().anyMatch((dropped) -> dropped.source() == image.base64())
					? new GeneratedImage(null, null, image.revisedPrompt()) : image)
			.toList());
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

	private static void write(JsonGenerator json, SerializationContext context, GeneratedImage image) {
		json.writeStartObject();
		MediaPart.writeContent(json, ContentJson.attachment(context, image.attachment()));
		if (image.revisedPrompt() != null) {
			ContentJson.text(json, context, "revised_prompt", image.revisedPrompt());
		}
		json.writeEndObject();
	}

	/**
	 * One image.
	 *
	 * @param url where it is, {@code null} where the answer has the image itself
	 * @param base64 the image in base64
	 * @param revisedPrompt the prompt that it was made of, if the provider changed it
	 */
	public record GeneratedImage(@Nullable String url, @Nullable String base64, @Nullable String revisedPrompt) {

		Attachment attachment() {
			return (this.url != null) ? Attachments.ofUrl(this.url, IMAGE)
					: Attachments.ofBase64((this.base64 != null) ? this.base64 : "", type());
		}

		// OpenAI's images are PNG unless asked otherwise.
		private String type() {
			String detected = Attachments.ofBase64((this.base64 != null) ? this.base64 : "", null).contentType();
			return detected.startsWith("image/") ? detected : IMAGE;
		}

	}

}
