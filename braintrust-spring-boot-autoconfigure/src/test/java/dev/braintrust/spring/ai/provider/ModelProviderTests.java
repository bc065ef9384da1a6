package dev.braintrust.spring.ai.provider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.bedrock.converse.BedrockChatOptions;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.deepseek.DeepSeekChatOptions;
import org.springframework.ai.google.genai.GoogleGenAiChatOptions;
import org.springframework.ai.mistralai.MistralAiChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.openai.OpenAiChatOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Provider}: how a provider is detected, and its names.
 */
class ModelProviderTests {

	@Test
	void providerIsToldByTheOptions() {
		assertThat(provider(OpenAiChatOptions.builder().build())).isEqualTo("openai");
		assertThat(provider(AnthropicChatOptions.builder().build())).isEqualTo("anthropic");
		assertThat(provider(new GoogleGenAiChatOptions(null))).isEqualTo("google");
		assertThat(provider(new DeepSeekChatOptions(null))).isEqualTo("deepseek");
		assertThat(provider(new MistralAiChatOptions())).isEqualTo("mistral");
	}

	@Test
	void optionsTellTheShapeOfMedia() {
		assertThat(Provider.of(AnthropicChatOptions.builder().build())).isInstanceOf(AnthropicProvider.class);
		assertThat(Provider.of(new BedrockChatOptions())).isInstanceOf(BedrockProvider.class);
		assertThat(Provider.of(new GoogleGenAiChatOptions(null))).isInstanceOf(GoogleProvider.class);
		assertThat(Provider.of(OpenAiChatOptions.builder().build())).isInstanceOf(OpenAiProvider.class);
		assertThat(Provider.of((ChatOptions) null)).isExactlyInstanceOf(Provider.class);
	}

	@Test
	void optionsOfNoProviderTellNone() {
		assertThat(provider(null)).isNull();
		assertThat(provider(ChatOptions.builder().build())).isNull();
		assertThat(provider(ToolCallingChatOptions.builder().build())).isNull();
	}

	@Test
	void userNamesTheProviderWhereTheOptionsDoNotTell() {
		assertThat(provider(null, "mine")).isEqualTo("mine");
		assertThat(provider(ChatOptions.builder().build(), "mine")).isEqualTo("mine");
		assertThat(provider(OpenAiChatOptions.builder().build(), "groq")).isEqualTo("groq");
		assertThat(provider(OpenAiChatOptions.builder().baseUrl("http://localhost:4000").build(), "groq"))
			.isEqualTo("groq");
	}

	@Test
	void optionsThatTellTheProviderWin() {
		assertThat(provider(OpenAiChatOptions.builder().baseUrl("https://api.openai.com/v1").build(), "groq"))
			.isEqualTo("openai");
		assertThat(provider(OpenAiChatOptions.builder().baseUrl("https://llm.example.com").build(), "groq"))
			.isEqualTo("llm.example.com");
		assertThat(provider(OpenAiChatOptions.builder().microsoftFoundry(true).build(), "groq")).isEqualTo("azure");
		assertThat(provider(AnthropicChatOptions.builder().build(), "groq")).isEqualTo("anthropic");
		assertThat(provider(AnthropicChatOptions.builder().baseUrl("http://localhost:4000").build(), "groq"))
			.isEqualTo("anthropic");
		assertThat(provider(new MistralAiChatOptions(), "groq")).isEqualTo("mistral");
	}

	@ParameterizedTest
	@CsvSource({ "https://api.openai.com/v1,openai", "https://eu.api.openai.com,openai",
			"https://api.groq.com/openai/v1,groq", "https://api.x.ai/v1,xAI", "https://api.mistral.ai/v1,mistral",
			"https://openrouter.ai/api/v1,openrouter", "https://api.together.xyz/v1,together",
			"https://api.fireworks.ai/inference/v1,fireworks", "https://api.perplexity.ai,perplexity",
			"https://api.deepseek.com,deepseek", "https://mine.openai.azure.com/,azure",
			"https://mine.services.ai.azure.com/models,azure", "https://models.inference.ai.azure.com,github",
			"https://vm.westeurope.cloudapp.azure.com/v1,vm.westeurope.cloudapp.azure.com",
			"https://generativelanguage.googleapis.com/v1beta/openai,google",
			"https://us-east1-aiplatform.googleapis.com/v1,vertex",
			"https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1,bedrock",
			"https://user:pass@API.Groq.com:443/v1,groq", "http://localhost:11434/v1,ollama",
			"http://127.0.0.1:8080/v1,openai", "http://[::1]:9/v1,openai", "https://llm.example.com/v1,llm.example.com",
			"http://gateway:4000,gateway", "notopenai.com,openai", "https://notopenai.com,notopenai.com" })
	void providerOfAModelLikeOpenAisIsToldByTheHost(String baseUrl, String expected) {
		assertThat(provider(OpenAiChatOptions.builder().baseUrl(baseUrl).build())).isEqualTo(expected);
	}

	@Test
	void providerIsToldByTheFlagsOfOpenAisOptions() {
		assertThat(provider(OpenAiChatOptions.builder().microsoftFoundry(true).build())).isEqualTo("azure");
		assertThat(provider(OpenAiChatOptions.builder().gitHubModels(true).build())).isEqualTo("github");
		assertThat(provider(AnthropicChatOptions.builder().baseUrl("https://api.anthropic.com").build()))
			.isEqualTo("anthropic");
	}

	@Test
	void optionsThatExtendThoseOfAProviderAreItsOptions() {
		assertThat(Provider.of(new GoogleGenAiChatOptions(null) {
		})).isInstanceOf(GoogleProvider.class);
	}

	@Test
	void spansHaveTheNamesOfTheGuide() {
		assertThat(Provider.named("openai").spanName()).isEqualTo("Chat Completion");
		assertThat(Provider.named("anthropic").spanName()).isEqualTo("anthropic.messages.create");
		assertThat(Provider.named("google").spanName()).isEqualTo("generate_content");
		assertThat(Provider.named("").spanName()).isEqualTo("Chat Completion");
	}

	private static String provider(ChatOptions options) {
		return provider(options, null);
	}

	private static String provider(ChatOptions options, String named) {
		return Provider.of(options).name(options, named);
	}

}
