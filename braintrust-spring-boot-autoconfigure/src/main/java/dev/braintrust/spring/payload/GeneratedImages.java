package dev.braintrust.spring.payload;

import java.util.List;
import java.util.Map;

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
			size += ContentSize.of(image.base64()) + ContentSize.of(image.url())
					+ ContentSize.of(image.revisedPrompt());
		}
		return size;
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
		if (image.url() == null && !ContentJson.takesMedia(context)) {
			json.writeStringProperty("type", "text");
			json.writeStringProperty("text", "[" + image.type() + ", " + image.length() + " bytes]");
		}
		else {
			json.writeStringProperty("type", "image_url");
			json.writeObjectPropertyStart("image_url");
			json.writeStringProperty("url",
					(image.url() != null) ? image.url() : "data:" + image.type() + ";base64," + image.base64());
			json.writeEndObject();
		}
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

		// The first bytes of each format, in base64. OpenAI's images are PNG unless asked
		// otherwise.
		private static final Map<String, String> TYPES = Map.of("/9j/", "image/jpeg", "UklGR", "image/webp", "R0lGOD",
				"image/gif");

		String type() {
			String start = (this.base64 != null) ? this.base64 : "";
			return TYPES.entrySet()
				.stream()
				.filter((type) -> start.startsWith(type.getKey()))
				.map(Map.Entry::getValue)
				.findFirst()
				.orElse("image/png");
		}

		int length() {
			String text = (this.base64 != null) ? this.base64 : "";
			int padding = text.endsWith("==") ? 2 : (text.endsWith("=") ? 1 : 0);
			return text.length() / 4 * 3 - padding;
		}

	}

}
