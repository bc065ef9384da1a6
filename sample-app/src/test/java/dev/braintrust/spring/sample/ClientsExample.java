package dev.braintrust.spring.sample;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.AnthropicClientAsync;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClientAsync;
import com.openai.client.OpenAIClient;
import com.openai.client.OpenAIClientAsync;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.client.okhttp.OpenAIOkHttpClientAsync;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;

import org.springframework.context.annotation.Bean;

/**
 * The Java code in {@code docs/clients.md}.
 */
class ClientsExample {

	void instrument(BraintrustProjects projects, ChatCompletionCreateParams params) {
		OpenAIClient client = projects.instrument("support", OpenAIOkHttpClient.fromEnv());
		client.chat().completions().create(params);
	}

	static class Configuration {

		@Bean
		@BraintrustProject("support")
		OpenAIClient supportOpenAi() {
			return OpenAIOkHttpClient.fromEnv();
		}

		@Bean
		@BraintrustProject("support")
		OpenAIClientAsync supportOpenAiAsync() {
			return OpenAIOkHttpClientAsync.fromEnv();
		}

		@Bean
		@BraintrustProject("support")
		AnthropicClient supportAnthropic() {
			return AnthropicOkHttpClient.fromEnv();
		}

		@Bean
		@BraintrustProject("support")
		AnthropicClientAsync supportAnthropicAsync() {
			return AnthropicOkHttpClientAsync.fromEnv();
		}

	}

}
