package dev.braintrust.spring.docs;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;

import org.springframework.ai.audio.tts.TextToSpeechModel;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.openai.OpenAiAudioSpeechModel;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiEmbeddingModel;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/**
 * The Java code in {@code docs/models.md}.
 */
class ModelsExample {

	static class Configuration {

		@Bean
		@BraintrustProject("support")
		ChatModel supportModel(OpenAiChatModel model) {
			return model;
		}

		@Bean
		@BraintrustProject("support")
		EmbeddingModel supportEmbeddings(OpenAiEmbeddingModel model) {
			return model;
		}

		@Bean
		@BraintrustProject("support")
		TextToSpeechModel supportSpeech(OpenAiAudioSpeechModel model) {
			return model;
		}

	}

	@Component
	static class SupportLine {

		SupportLine(@BraintrustProject("support") ChatModel chat,
				@BraintrustProject("support") EmbeddingModel embeddings,
				@BraintrustProject("support") TextToSpeechModel speech) {
		}

		void byHand(BraintrustProjects projects, ChatModel openAi) {
			ChatModel model = projects.instrument("support", openAi);
			model.call("Where is my order?");
		}

	}

}
