package dev.braintrust.spring.ai.provider;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
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
 * Tests of {@link ModelDescription}.
 */
class ModelDescriptionTests {

	@ParameterizedTest
	@MethodSource("groqs")
	void providerOfAModelLikeOpenAisIsToldByTheHost(Object model) {
		ModelDescription description = new ModelDescription(model);
		assertThat(description.provider(null, null)).isEqualTo("groq");
		assertThat(description.provider(EmbeddingOptions.builder().build(), "mine")).isEqualTo("groq");
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
		ModelDescription proxied = new ModelDescription(embeddings("http://localhost:4000"));
		assertThat(proxied.provider(null, "mine")).isEqualTo("mine");
		assertThat(proxied.provider(null, null)).isEqualTo("openai");
		ModelDescription own = new ModelDescription(new OwnModel());
		assertThat(own.provider(null, "mine")).isEqualTo("mine");
		assertThat(own.provider(null, null)).isNull();
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
