package dev.braintrust.spring.ai.http;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import com.openai.client.OpenAIClient;
import com.openai.client.OpenAIClientAsync;
import com.openai.core.ClientOptions;
import com.openai.core.LogLevel;
import com.openai.core.http.HttpClient;
import com.openai.credential.BearerTokenCredential;

/**
 * Traces clients of OpenAI's SDK, by the options that the SDK has for whoever wants to
 * change a client. A client that the application makes of a traced one stays traced.
 */
final class OpenAiClients implements SdkClients {

	static final SdkClients INSTANCE = new OpenAiClients();

	private OpenAiClients() {
	}

	@Override
	public Object trace(Object client, ClientTracing tracing) {
		if (client instanceof OpenAIClient blocking) {
			return blocking.withOptions(traced(blocking::withOptions, tracing));
		}
		OpenAIClientAsync async = (OpenAIClientAsync) client;
		return async.withOptions(traced(async::withOptions, tracing));
	}

	private static Consumer<ClientOptions.Builder> traced(Consumer<Consumer<ClientOptions.Builder>> withOptions,
			ClientTracing tracing) {
		AtomicReference<HttpClient> inner = new AtomicReference<>();
		withOptions.accept((options) -> inner.set(inner(options)));
		return (options) -> options.httpClient(new OpenAiHttpClient(Objects.requireNonNull(inner.get()), tracing));
	}

	// The HTTP client inside a client. Options show it only with what they put around it:
	// here that does nothing, since what the traced client puts around it does it.
	// Options
	// that sign requests in a way of their own refuse that.
	private static HttpClient inner(ClientOptions.Builder options) {
		return options.maxRetries(0)
			.logLevel(LogLevel.OFF)
			.credential(BearerTokenCredential.create("none"))
			.build()
			.httpClient();
	}

}
