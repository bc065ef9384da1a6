package dev.braintrust.spring.ai.model;

import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.ai.message.BeanProperty;
import dev.braintrust.spring.ai.message.ChatMessages;
import dev.braintrust.spring.ai.message.GeneratedImages;
import dev.braintrust.spring.ai.model.ModelTracing.RecordedContent;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.ai.image.ImageGeneration;
import org.springframework.ai.image.ImageMessage;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImageOptions;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.image.ImageResponse;
import org.springframework.ai.image.ImageResponseMetadata;
import org.springframework.ai.model.ModelOptions;
import org.springframework.ai.model.ModelRequest;

/**
 * Traces image models. The prompt with its reference images is the input; the generated
 * images are the output.
 */
final class ImageKind extends ModelKind {

	private static final boolean KNOWS_MEDIA_AND_USAGE = knowsMediaAndUsage();

	ImageKind() {
		super(ImageModel.class, "Image Generation");
	}

	@Override
	@Nullable ModelRequest<?> request(String method, @Nullable Object[] arguments) {
		return (arguments.length > 0 && arguments[0] instanceof ImagePrompt prompt) ? prompt : null;
	}

	@Override
	Object input(ModelRequest<?> request, RecordedContent content) {
		List<Message> messages = new ArrayList<>(1);
		for (ImageMessage message : ((ImagePrompt) request).getInstructions()) {
			messages.add(UserMessage.builder().text(message.getText()).media(media(message)).build());
		}
		return new ChatMessages(messages);
	}

	@Override
	Result result(RecordedContent content) {
		return new ImageResult(content.output());
	}

	private static List<Media> media(ImageMessage message) {
		return KNOWS_MEDIA_AND_USAGE ? List.copyOf(message.getMedia()) : List.of();
	}

	// In Spring AI 2.0.0, images have neither media nor usage.
	private static boolean knowsMediaAndUsage() {
		try {
			new ImageResponseMetadata().getUsage();
			new ImageMessage("").getMedia();
			return true;
		}
		catch (NoSuchMethodError ex) {
			return false;
		}
	}

	private static final class ImageResult extends Result {

		private final boolean recorded;

		private @Nullable ImageResponse response;

		ImageResult(boolean recorded) {
			this.recorded = recorded;
		}

		@Override
		@Nullable String model(@Nullable ModelOptions options) {
			return (options instanceof ImageOptions image) ? image.getModel() : null;
		}

		@Override
		boolean add(Object response) {
			this.response = (response instanceof ImageResponse images) ? images : null;
			return true;
		}

		@Override
		@Nullable Object usage() {
			return (this.response != null && KNOWS_MEDIA_AND_USAGE) ? this.response.getMetadata().getUsage() : null;
		}

		@Override
		@Nullable Object output() {
			if (!this.recorded || this.response == null || this.response.getResults().isEmpty()) {
				return null;
			}
			return new GeneratedImages(this.response.getResults().stream().map(ImageResult::image).toList());
		}

		private static GeneratedImages.GeneratedImage image(ImageGeneration generation) {
			Object revised = BeanProperty.read(generation.getMetadata(), "revisedPrompt");
			return new GeneratedImages.GeneratedImage(generation.getOutput().getUrl(),
					generation.getOutput().getB64Json(), (revised instanceof String prompt) ? prompt : null);
		}

	}

}
