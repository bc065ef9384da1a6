package dev.braintrust.spring.ai.model;

import java.util.List;

import dev.braintrust.spring.ai.message.BeanProperty;
import dev.braintrust.spring.ai.message.ChatMessages;
import dev.braintrust.spring.ai.model.ModelTracing.RecordedContent;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.audio.transcription.AudioTranscriptionOptions;
import org.springframework.ai.audio.transcription.AudioTranscriptionPrompt;
import org.springframework.ai.audio.transcription.AudioTranscriptionResponse;
import org.springframework.ai.audio.transcription.StreamingTranscriptionModel;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.model.ModelOptions;
import org.springframework.ai.model.ModelRequest;
import org.springframework.core.io.Resource;

/**
 * Traces transcription models. The audio is the input; the transcript is the output.
 */
final class TranscriptionKind extends ModelKind {

	TranscriptionKind(Class<? extends StreamingTranscriptionModel> type) {
		super(type, "Transcription");
	}

	@Override
	@Nullable ModelRequest<?> request(String method, @Nullable Object[] arguments) {
		Object first = (arguments.length > 0) ? arguments[0] : null;
		if (first instanceof Resource sound) {
			boolean hasOptions = arguments.length > 1 && arguments[1] instanceof AudioTranscriptionOptions;
			return new AudioTranscriptionPrompt(sound, hasOptions ? (AudioTranscriptionOptions) arguments[1] : null);
		}
		return (first instanceof AudioTranscriptionPrompt prompt) ? prompt : null;
	}

	@Override
	Object input(ModelRequest<?> request, RecordedContent content) {
		Resource sound = ((AudioTranscriptionPrompt) request).getInstructions();
		return AudioFile.input(sound, content.bytes());
	}

	@Override
	Result result(RecordedContent content) {
		return new TranscriptionResult(content.output());
	}

	private static final class TranscriptionResult extends Result {

		private final boolean recorded;

		private final StringBuilder text = new StringBuilder();

		private boolean answered;

		private @Nullable Object usage;

		TranscriptionResult(boolean recorded) {
			this.recorded = recorded;
		}

		@Override
		@Nullable String model(@Nullable ModelOptions options) {
			return (options instanceof AudioTranscriptionOptions transcription) ? transcription.getModel() : null;
		}

		@Override
		boolean add(Object response) {
			String text = (response instanceof String transcript) ? transcript : null;
			if (response instanceof AudioTranscriptionResponse transcription) {
				text = (transcription.getResult() != null) ? transcription.getResult().getOutput() : null;
				Object reported = BeanProperty.read(transcription.getMetadata(), "usage");
				this.usage = (reported != null) ? reported : this.usage;
			}
			if (text == null) {
				return false;
			}
			this.answered = true;
			if (this.recorded) {
				this.text.append(text);
			}
			return !text.isEmpty();
		}

		@Override
		@Nullable Object usage() {
			return this.usage;
		}

		@Override
		@Nullable Object output() {
			return (this.recorded && this.answered)
					? new ChatMessages(List.of(new AssistantMessage(this.text.toString()))) : null;
		}

	}

}
