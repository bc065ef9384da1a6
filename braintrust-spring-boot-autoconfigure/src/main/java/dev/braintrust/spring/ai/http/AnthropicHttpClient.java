package dev.braintrust.spring.ai.http;

import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import com.anthropic.core.RequestOptions;
import com.anthropic.core.http.Headers;
import com.anthropic.core.http.HttpClient;
import com.anthropic.core.http.HttpMethod;
import com.anthropic.core.http.HttpRequest;
import com.anthropic.core.http.HttpRequestBody;
import com.anthropic.core.http.HttpResponse;
import dev.braintrust.spring.ai.provider.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client inside a traced client of Anthropic's SDK, below its retries.
 */
final class AnthropicHttpClient implements HttpClient {

	private final HttpClient delegate;

	private final ClientTracing tracing;

	AnthropicHttpClient(HttpClient delegate, ClientTracing tracing) {
		this.delegate = delegate;
		this.tracing = tracing;
	}

	@Override
	public HttpResponse execute(HttpRequest request, RequestOptions options) {
		return Exchange.call(start(request), () -> this.delegate.execute(request, options), Response::new);
	}

	@Override
	public CompletableFuture<HttpResponse> executeAsync(HttpRequest request, RequestOptions options) {
		Exchange exchange = start(request);
		HttpRequest unmarked = unmarked(request);
		return Exchange.call(exchange, () -> this.delegate.executeAsync(unmarked, options),
				Exchange.whenAnswered(Response::new));
	}

	private static HttpRequest unmarked(HttpRequest request) {
		return request.headers().names().contains(ClientTracing.MARK)
				? request.toBuilder().removeHeaders(ClientTracing.MARK).build() : request;
	}

	private @Nullable Exchange start(HttpRequest request) {
		return this.tracing.see(() -> {
			HttpRequestBody body = request.body();
			Endpoint endpoint = (body != null && request.method() == HttpMethod.POST)
					? Endpoint.anthropic(request.pathSegments()) : null;
			return (body != null && endpoint != null) ? Exchange.start(this.tracing, endpoint, request.baseUrl(),
					body(body), this.tracing.context(request.headers().values(ClientTracing.MARK))) : null;
		});
	}

	private static RequestBody body(HttpRequestBody body) {
		return body.repeatable() ? new RequestBody(body::contentLength, body::writeTo) : RequestBody.NONE;
	}

	@Override
	public void close() {
		this.delegate.close();
	}

	/**
	 * The answer of an exchange.
	 */
	private static final class Response implements HttpResponse {

		private final HttpResponse delegate;

		private final Exchange exchange;

		Response(HttpResponse delegate, Exchange exchange) {
			this.delegate = delegate;
			this.exchange = exchange;
			exchange.answered(delegate::statusCode, () -> delegate.headers().values("Content-Type"));
		}

		@Override
		public int statusCode() {
			return this.delegate.statusCode();
		}

		@Override
		public Headers headers() {
			return this.delegate.headers();
		}

		@Override
		public Optional<String> requestId() {
			return this.delegate.requestId();
		}

		@Override
		public InputStream body() {
			return this.exchange.observed(this.delegate::body);
		}

		@Override
		public void close() {
			try {
				this.delegate.close();
			}
			finally {
				this.exchange.end();
			}
		}

	}

}
