package dev.braintrust.spring.ai.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.AnthropicClientAsync;
import com.anthropic.core.ClientOptions;
import com.anthropic.core.http.HttpClient;
import com.anthropic.core.http.Interceptor;

/**
 * Traces clients of Anthropic's SDK, by its interceptors. A client that the application
 * makes of a traced one stays traced.
 */
final class AnthropicClients implements SdkClients {

	static final SdkClients INSTANCE = new AnthropicClients();

	private AnthropicClients() {
	}

	@Override
	public Object trace(Object client, ClientTracing tracing) {
		Consumer<ClientOptions.Builder> change = (options) -> options
			.interceptors(interceptors(options.build().interceptors(), new Tracing(tracing)));
		return (client instanceof AnthropicClient blocking) ? blocking.withOptions(change)
				: ((AnthropicClientAsync) client).withOptions(change);
	}

	// The last one is the nearest to the wire. A client that was made of a traced one has
	// one of ours, which leaves.
	private static List<Interceptor> interceptors(List<? extends Interceptor> given, Tracing tracing) {
		List<Interceptor> interceptors = new ArrayList<>(given);
		interceptors.removeIf(Tracing.class::isInstance);
		interceptors.add(tracing);
		return interceptors;
	}

	/**
	 * Puts our HTTP client around another.
	 *
	 * @param tracing how it is traced
	 */
	private record Tracing(ClientTracing tracing) implements Interceptor {

		@Override
		public HttpClient intercept(HttpClient client) {
			return new AnthropicHttpClient(client, this.tracing);
		}

	}

}
