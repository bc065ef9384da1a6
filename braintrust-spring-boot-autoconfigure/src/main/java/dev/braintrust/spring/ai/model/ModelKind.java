package dev.braintrust.spring.ai.model;

import java.util.List;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ai.model.ModelTracing.RecordedContent;
import dev.braintrust.spring.ai.provider.Provider;
import dev.braintrust.spring.ai.provider.TokenCounts;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.audio.transcription.StreamingTranscriptionModel;
import org.springframework.ai.audio.transcription.TranscriptionModel;
import org.springframework.ai.audio.tts.StreamingTextToSpeechModel;
import org.springframework.ai.audio.tts.TextToSpeechModel;
import org.springframework.ai.model.ModelOptions;
import org.springframework.ai.model.ModelRequest;
import org.springframework.util.StringUtils;

/**
 * A type of model that Braintrust's guide covers.
 */
public abstract class ModelKind {

	private static final List<ModelKind> ALL = List.of(new EmbeddingKind(), new ImageKind(),
			new SpeechKind(TextToSpeechModel.class), new SpeechKind(StreamingTextToSpeechModel.class),
			new TranscriptionKind(TranscriptionModel.class), new TranscriptionKind(StreamingTranscriptionModel.class));

	private final Class<?> type;

	private final String spanName;

	ModelKind(Class<?> type, String spanName) {
		this.type = type;
		this.spanName = spanName;
	}

	public static List<Class<?>> types() {
		return ALL.stream().<Class<?>>map(ModelKind::type).toList();
	}

	public static List<ModelKind> of(Object model) {
		List<ModelKind> kinds = ALL.stream().filter((kind) -> kind.type.isInstance(model)).toList();
		return kinds.stream().filter((kind) -> kinds.stream().noneMatch(kind::isImpliedBy)).toList();
	}

	private boolean isImpliedBy(ModelKind other) {
		return other != this && this.type.isAssignableFrom(other.type);
	}

	public Class<?> type() {
		return this.type;
	}

	String spanName() {
		return this.spanName;
	}

	abstract @Nullable ModelRequest<?> request(String method, @Nullable Object[] arguments);

	abstract @Nullable Object input(ModelRequest<?> request, RecordedContent content);

	// Create the collector for the result of an execution.
	abstract Result result(RecordedContent content);

	/**
	 * The result of one execution, assembled from one response or from the chunks of a
	 * stream.
	 */
	abstract static class Result {

		private @Nullable String requestedModel;

		void requested(ModelRequest<?> request, @Nullable ModelOptions defaults) {
			String model = model(request.getOptions());
			this.requestedModel = StringUtils.hasText(model) ? model : model(defaults);
		}

		abstract @Nullable String model(@Nullable ModelOptions options);

		// Add the return value of a model's method, or a chunk of a stream. Return
		// whether it has content.
		abstract boolean add(Object response);

		void write(ProjectSpan span) {
			String model = StringUtils.hasText(answeredModel()) ? answeredModel() : this.requestedModel;
			Provider.write(span, "model", StringUtils.hasText(model) ? model : null);
			TokenCounts.ofOther(usage()).forEach(span::metric);
			Object output = output();
			if (output != null) {
				span.output(output);
			}
		}

		@Nullable String answeredModel() {
			return null;
		}

		@Nullable Object usage() {
			return null;
		}

		@Nullable Object output() {
			return null;
		}

	}

}
