package dev.braintrust.spring.ai.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.AnthropicClientAsync;
import com.anthropic.core.ClientOptions;
import com.anthropic.core.http.HttpClient;
import com.anthropic.core.http.Interceptor;
import com.anthropic.models.messages.MessageCreateParams;

/**
 * Traces clients of Anthropic's SDK with its interceptors. A client that the application
 * creates from a traced one is traced, too.
 */
final class AnthropicClients implements SdkClients {

	static final SdkClients INSTANCE = new AnthropicClients();

	private AnthropicClients() {
	}

	@Override
	public Object trace(Object client, ClientTracing tracing) {
		Consumer<ClientOptions.Builder> change = (options) -> options
			.interceptors(interceptors(options.build().interceptors(), new Tracing(tracing)));
		Object traced = (client instanceof AnthropicClient blocking) ? blocking.withOptions(change)
				: ((AnthropicClientAsync) client).withOptions(change);
		return AsyncCalls.of(traced, tracing.marks((parameters) -> marked(parameters, tracing)));
	}

	// The last interceptor is the closest to the wire. If the client already has an
	// interceptor of ours, replace it.
	private static List<Interceptor> interceptors(List<? extends Interceptor> given, Tracing tracing) {
		List<Interceptor> interceptors = new ArrayList<>(given);
		interceptors.removeIf(Tracing.class::isInstance);
		interceptors.add(tracing);
		return interceptors;
	}

	private static Object marked(Object parameters, ClientTracing tracing) {
		if (parameters instanceof MessageCreateParams message) {
			return message.toBuilder().putAdditionalHeader(ClientTracing.MARK, tracing.mark()).build();
		}
		if (parameters instanceof com.anthropic.models.beta.messages.MessageCreateParams message) {
			return message.toBuilder().putAdditionalHeader(ClientTracing.MARK, tracing.mark()).build();
		}
		return parameters;
	}

	/**
	 * Wraps an HTTP client with ours.
	 */
	private record Tracing(ClientTracing tracing) implements Interceptor {

		@Override
		public HttpClient intercept(HttpClient client) {
			return new AnthropicHttpClient(client, this.tracing);
		}

	}

}
