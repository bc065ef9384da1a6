package dev.braintrust.spring.ai.model;

import java.io.ByteArrayOutputStream;
import java.util.List;

import dev.braintrust.spring.ai.message.ChatMessages;
import dev.braintrust.spring.ai.model.ModelTracing.RecordedContent;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.audio.tts.StreamingTextToSpeechModel;
import org.springframework.ai.audio.tts.TextToSpeechOptions;
import org.springframework.ai.audio.tts.TextToSpeechPrompt;
import org.springframework.ai.audio.tts.TextToSpeechResponse;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.model.ModelOptions;
import org.springframework.ai.model.ModelRequest;
import org.springframework.util.StringUtils;

/**
 * Traces speech models. The text is the input; the audio is the output.
 */
final class SpeechKind extends ModelKind {

	SpeechKind(Class<? extends StreamingTextToSpeechModel> type) {
		super(type, "Speech");
	}

	@Override
	@Nullable ModelRequest<?> request(String method, @Nullable Object[] arguments) {
		Object first = (arguments.length > 0) ? arguments[0] : null;
		if (first instanceof String text) {
			boolean hasOptions = arguments.length > 1 && arguments[1] instanceof TextToSpeechOptions;
			return hasOptions ? new TextToSpeechPrompt(text, (TextToSpeechOptions) arguments[1])
					: new TextToSpeechPrompt(text);
		}
		return (first instanceof TextToSpeechPrompt prompt) ? prompt : null;
	}

	@Override
	Object input(ModelRequest<?> request, RecordedContent content) {
		String text = ((TextToSpeechPrompt) request).getInstructions().getText();
		return new ChatMessages(List.of(new UserMessage(text)));
	}

	@Override
	Result result(RecordedContent content) {
		return new SpeechResult(content);
	}

	private static final class SpeechResult extends Result {

		private final RecordedContent content;

		private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);

		private long length;

		private @Nullable String format;

		SpeechResult(RecordedContent content) {
			this.content = content;
		}

		@Override
		void requested(ModelRequest<?> request, @Nullable ModelOptions defaults) {
			super.requested(request, defaults);
			String format = format(request.getOptions());
			this.format = StringUtils.hasText(format) ? format : format(defaults);
		}

		private static @Nullable String format(@Nullable ModelOptions options) {
			return (options instanceof TextToSpeechOptions speech) ? speech.getFormat() : null;
		}

		@Override
		@Nullable String model(@Nullable ModelOptions options) {
			return (options instanceof TextToSpeechOptions speech) ? speech.getModel() : null;
		}

		@Override
		boolean add(Object response) {
			byte[] sound = sound(response);
			if (sound == null || sound.length == 0) {
				return false;
			}
			this.length += sound.length;
			if (this.content.output() && this.content.bytes()) {
				this.bytes.writeBytes(sound);
			}
			return true;
		}

		private static byte @Nullable [] sound(Object response) {
			if (response instanceof TextToSpeechResponse speech) {
				return speech.getResults().isEmpty() ? null : speech.getResult().getOutput();
			}
			return (response instanceof byte[] sound) ? sound : null;
		}

		@Override
		@Nullable Object output() {
			if (!this.content.output() || this.length == 0) {
				return null;
			}
			byte[] recorded = this.content.bytes() ? this.bytes.toByteArray() : null;
			return AudioFile.output(this.format, recorded, this.length);
		}

	}

}
