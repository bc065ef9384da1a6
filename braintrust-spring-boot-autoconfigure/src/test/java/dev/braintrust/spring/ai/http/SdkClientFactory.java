package dev.braintrust.spring.ai.http;

import java.time.Duration;

import com.anthropic.backends.AnthropicBackend;
import com.anthropic.client.AnthropicClient;
import com.anthropic.client.AnthropicClientImpl;
import com.openai.client.OpenAIClient;
import com.openai.client.OpenAIClientImpl;
import com.openai.core.ClientOptions;

import org.springframework.ai.anthropic.http.okhttp.SpringAiAnthropicHttpClient;
import org.springframework.ai.openai.http.okhttp.SpringAiOpenAiHttpClient;

/**
 * Creates SDK clients with a real HTTP client, whose retries do not wait.
 */
public final class SdkClientFactory {

	private SdkClientFactory() {
	}

	public static OpenAIClient openAi(String url) {
		return new OpenAIClientImpl(openAiOptions(url).build());
	}

	static ClientOptions.Builder openAiOptions(String url) {
		return ClientOptions.builder()
			.httpClient(SpringAiOpenAiHttpClient.builder().build())
			.sleeper(new NoSleep())
			.baseUrl(url + "/v1")
			.apiKey("sk-model");
	}

	public static AnthropicClient anthropic(String url) {
		return new AnthropicClientImpl(anthropicOptions(url).build());
	}

	static com.anthropic.core.ClientOptions.Builder anthropicOptions(String url) {
		return com.anthropic.core.ClientOptions.builder()
			.httpClient(SpringAiAnthropicHttpClient.builder()
				.backend(AnthropicBackend.builder().apiKey("sk-model").baseUrl(url).build())
				.build())
			.sleeper(new AnthropicNoSleep())
			.putHeader("X-Api-Key", "sk-model")
			.baseUrl(url);
	}

	private static final class NoSleep implements com.openai.core.Sleeper {

		@Override
		public void sleep(Duration duration) {
		}

		@Override
		public java.util.concurrent.CompletableFuture<Void> sleepAsync(Duration duration) {
			return java.util.concurrent.CompletableFuture.completedFuture(null);
		}

		@Override
		public void close() {
		}

	}

	private static final class AnthropicNoSleep implements com.anthropic.core.Sleeper {

		@Override
		public void sleep(Duration duration) {
		}

		@Override
		public java.util.concurrent.CompletableFuture<Void> sleepAsync(Duration duration) {
			return java.util.concurrent.CompletableFuture.completedFuture(null);
		}

		@Override
		public void close() {
		}

	}

}
