package dev.braintrust.spring.ai.provider;

import java.util.List;
import java.util.stream.Stream;

import dev.braintrust.spring.ai.message.BeanProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.model.ModelOptions;
import org.springframework.ai.openai.OpenAiAudioSpeechModel;
import org.springframework.ai.openai.OpenAiAudioSpeechOptions;
import org.springframework.ai.openai.OpenAiAudioTranscriptionModel;
import org.springframework.ai.openai.OpenAiAudioTranscriptionOptions;
import org.springframework.ai.openai.OpenAiEmbeddingModel;
import org.springframework.ai.openai.OpenAiEmbeddingOptions;
import org.springframework.ai.openai.OpenAiImageModel;
import org.springframework.ai.openai.OpenAiImageOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Provider} for models other than chat models.
 */
class ModelDescriptionTests {

	@ParameterizedTest
	@MethodSource("groqs")
	void providerOfAModelLikeOpenAisIsToldByTheHost(Object model) {
		assertThat(provider(model, null, null)).isEqualTo("groq");
		assertThat(provider(model, EmbeddingOptions.builder().build(), "mine")).isEqualTo("groq");
	}

	static Stream<Object> groqs() {
		String url = "https://api.groq.com/openai/v1";
		return Stream.of(embeddings(url),
				OpenAiImageModel.builder()
					.options(OpenAiImageOptions.builder().baseUrl(url).apiKey("sk-model").build())
					.build(),
				OpenAiAudioSpeechModel.builder()
					.options(OpenAiAudioSpeechOptions.builder().baseUrl(url).apiKey("sk-model").build())
					.build(),
				OpenAiAudioTranscriptionModel.builder()
					.options(OpenAiAudioTranscriptionOptions.builder().baseUrl(url).apiKey("sk-model").build())
					.build());
	}

	@Test
	void userNamesTheProviderWhereTheOptionsDoNotTell() {
		Object proxied = embeddings("http://localhost:4000");
		assertThat(provider(proxied, null, "mine")).isEqualTo("mine");
		assertThat(provider(proxied, null, null)).isEqualTo("openai");
		Object own = new OwnModel();
		assertThat(provider(own, null, "mine")).isEqualTo("mine");
		assertThat(provider(own, null, null)).isNull();
	}

	private static String provider(Object model, ModelOptions requested, String named) {
		ModelOptions defaults = (ModelOptions) BeanProperty.read(model, "options");
		return Provider.of(model, requested, defaults).name((defaults != null) ? defaults : requested, named);
	}

	private static OpenAiEmbeddingModel embeddings(String url) {
		return OpenAiEmbeddingModel.builder()
			.options(OpenAiEmbeddingOptions.builder().baseUrl(url).apiKey("sk-model").build())
			.build();
	}

	static class OwnModel implements EmbeddingModel {

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			return new EmbeddingResponse(List.of());
		}

		@Override
		public float[] embed(Document document) {
			return new float[0];
		}

	}

}
