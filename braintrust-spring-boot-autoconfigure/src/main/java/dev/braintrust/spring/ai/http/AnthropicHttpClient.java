package dev.braintrust.spring.ai.http;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
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
import io.opentelemetry.context.Scope;
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
		Exchange exchange = start(request);
		if (exchange == null) {
			return this.delegate.execute(request, options);
		}
		HttpResponse response;
		try (Scope ignored = exchange.makeCurrent()) {
			response = this.delegate.execute(request, options);
		}
		catch (Throwable ex) {
			exchange.fail(ex);
			throw ex;
		}
		return new Response(response, exchange);
	}

	@Override
	public CompletableFuture<HttpResponse> executeAsync(HttpRequest request, RequestOptions options) {
		Exchange exchange = start(request);
		HttpRequest unmarked = unmarked(request);
		if (exchange == null) {
			return this.delegate.executeAsync(unmarked, options);
		}
		CompletableFuture<HttpResponse> answered;
		try (Scope ignored = exchange.makeCurrent()) {
			answered = this.delegate.executeAsync(unmarked, options);
		}
		catch (Throwable ex) {
			exchange.fail(ex);
			throw ex;
		}
		return exchange.observed(answered, (response) -> new Response(response, exchange));
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
		return !body.repeatable() ? RequestBody.NONE : new RequestBody() {

			@Override
			public long length() {
				return body.contentLength();
			}

			@Override
			public void writeTo(OutputStream target) {
				body.writeTo(target);
			}

		};
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

		private @Nullable InputStream body;

		Response(HttpResponse delegate, Exchange exchange) {
			this.delegate = delegate;
			this.exchange = exchange;
			exchange.answered(delegate::statusCode, () -> first(delegate.headers().values("Content-Type")));
		}

		private static @Nullable String first(List<String> values) {
			return values.isEmpty() ? null : values.get(0);
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
		public synchronized InputStream body() {
			InputStream body = this.body;
			if (body == null) {
				body = this.exchange.observed(this.delegate.body());
				this.body = body;
			}
			return body;
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
