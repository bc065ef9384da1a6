package dev.braintrust.spring.ai.http;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import com.openai.client.OpenAIClient;
import com.openai.client.OpenAIClientAsync;
import com.openai.core.ClientOptions;
import com.openai.core.LogLevel;
import com.openai.core.http.HttpClient;
import com.openai.credential.BearerTokenCredential;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.ResponseCreateParams;

/**
 * Traces clients of OpenAI's SDK, with the options that the SDK offers to change a
 * client. A client that the application creates from a traced one is traced, too.
 */
final class OpenAiClients implements SdkClients {

	static final SdkClients INSTANCE = new OpenAiClients();

	private OpenAiClients() {
	}

	@Override
	public Object trace(Object client, ClientTracing tracing) {
		UnaryOperator<Object> calls = tracing.marks((parameters) -> marked(parameters, tracing));
		if (client instanceof OpenAIClient blocking) {
			return AsyncCalls.of(blocking.withOptions(traced(blocking::withOptions, tracing)), calls);
		}
		OpenAIClientAsync async = (OpenAIClientAsync) client;
		return AsyncCalls.of(async.withOptions(traced(async::withOptions, tracing)), calls);
	}

	private static Consumer<ClientOptions.Builder> traced(Consumer<Consumer<ClientOptions.Builder>> withOptions,
			ClientTracing tracing) {
		AtomicReference<HttpClient> inner = new AtomicReference<>();
		withOptions.accept((options) -> inner.set(inner(options)));
		return (options) -> options.httpClient(new OpenAiHttpClient(Objects.requireNonNull(inner.get()), tracing));
	}

	// Return the HTTP client inside a client. Options only return it inside their own
	// wrappers. The wrappers of these options do nothing, since the traced client adds
	// its own. Options that sign requests in another way reject this.
	private static HttpClient inner(ClientOptions.Builder options) {
		return options.maxRetries(0)
			.logLevel(LogLevel.OFF)
			.credential(BearerTokenCredential.create("none"))
			.build()
			.httpClient();
	}

	private static Object marked(Object parameters, ClientTracing tracing) {
		if (parameters instanceof ChatCompletionCreateParams chat) {
			return chat.toBuilder().putAdditionalHeader(ClientTracing.MARK, tracing.mark()).build();
		}
		if (parameters instanceof ResponseCreateParams response) {
			return response.toBuilder().putAdditionalHeader(ClientTracing.MARK, tracing.mark()).build();
		}
		if (parameters instanceof EmbeddingCreateParams embedding) {
			return embedding.toBuilder().putAdditionalHeader(ClientTracing.MARK, tracing.mark()).build();
		}
		return parameters;
	}

}
