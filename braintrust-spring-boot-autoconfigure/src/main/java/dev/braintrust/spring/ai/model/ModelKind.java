package dev.braintrust.spring.ai.model;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.audio.transcription.StreamingTranscriptionModel;
import org.springframework.ai.audio.transcription.TranscriptionModel;
import org.springframework.ai.audio.tts.StreamingTextToSpeechModel;
import org.springframework.ai.audio.tts.TextToSpeechModel;
import org.springframework.ai.model.ModelRequest;

/**
 * A type of model that Braintrust's guide says something about.
 */
public abstract class ModelKind {

	private static final List<ModelKind> ALL = List.of(new EmbeddingKind(), new ImageKind(),
			new SpeechKind(TextToSpeechModel.class), new SpeechKind(StreamingTextToSpeechModel.class),
			new TranscriptionKind(TranscriptionModel.class), new TranscriptionKind(StreamingTranscriptionModel.class));

	private final Class<?> type;

	private final String spanName;

	/**
	 * Create a kind.
	 * @param type the interface of such models
	 * @param spanName the name of the span of an execution, as Braintrust's own SDKs name
	 * it
	 * @see <a href=
	 * "https://github.com/braintrustdata/braintrust-sdk-python/blob/main/py/src/braintrust/integrations/openai/tracing.py">Braintrust's
	 * Python SDK</a>
	 */
	ModelKind(Class<?> type, String spanName) {
		this.type = type;
		this.spanName = spanName;
	}

	public static List<Class<?>> types() {
		return ALL.stream().<Class<?>>map(ModelKind::type).toList();
	}

	/**
	 * What a model is.
	 * @param model the model
	 * @return the kinds that apply, none where the model is of another type
	 */
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

	/**
	 * The request that the arguments of a method are, or make up.
	 * @param method the name of the method
	 * @param arguments its arguments
	 * @return the request, or {@code null} where the method does not execute the model
	 */
	abstract @Nullable ModelRequest<?> request(String method, @Nullable Object[] arguments);

	/**
	 * The input to record.
	 * @param request the request
	 * @param content what is recorded
	 * @return the input, or {@code null} for none
	 */
	abstract @Nullable Object input(ModelRequest<?> request, RecordedContent content);

	/**
	 * Start to collect the result of an execution.
	 * @param content what is recorded
	 * @return an empty result
	 */
	abstract ModelResult result(RecordedContent content);

}
