package dev.braintrust.spring.ai.http;

import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import com.openai.core.RequestOptions;
import com.openai.core.http.Headers;
import com.openai.core.http.HttpClient;
import com.openai.core.http.HttpMethod;
import com.openai.core.http.HttpRequest;
import com.openai.core.http.HttpRequestBody;
import com.openai.core.http.HttpResponse;
import dev.braintrust.spring.ai.provider.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client inside a traced client of OpenAI's SDK, below its retries.
 */
final class OpenAiHttpClient implements HttpClient {

	// The class in which the JDK reports collected objects.
	private static final String CLEANER = "jdk.internal.ref.CleanerImpl";

	private final HttpClient delegate;

	private final ClientTracing tracing;

	OpenAiHttpClient(HttpClient delegate, ClientTracing tracing) {
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
		return Exchange.call(exchange, () -> send(unmarked, options), Exchange.whenAnswered(Response::new));
	}

	// Send a request, and unwrap failures that the delegate has wrapped.
	private CompletableFuture<HttpResponse> send(HttpRequest request, RequestOptions options) {
		CompletableFuture<HttpResponse> result = new CompletableFuture<>();
		this.delegate.executeAsync(request, options).whenComplete((response, failure) -> {
			if (failure != null) {
				result.completeExceptionally(Exchange.unwrapped(failure));
			}
			else {
				result.complete(response);
			}
		});
		return result;
	}

	private static HttpRequest unmarked(HttpRequest request) {
		return request.headers().names().contains(ClientTracing.MARK)
				? request.toBuilder().removeHeaders(ClientTracing.MARK).build() : request;
	}

	private @Nullable Exchange start(HttpRequest request) {
		return this.tracing.see(() -> {
			HttpRequestBody body = request.body();
			Endpoint endpoint = (body != null && request.method() == HttpMethod.POST)
					? Endpoint.openAi(request.pathSegments()) : null;
			return (body != null && endpoint != null) ? Exchange.start(this.tracing, endpoint, request.baseUrl(),
					body(body), this.tracing.context(request.headers().values(ClientTracing.MARK))) : null;
		});
	}

	private static RequestBody body(HttpRequestBody body) {
		return body.repeatable() ? new RequestBody(body::contentLength, body::writeTo) : RequestBody.NONE;
	}

	// The SDK closes the HTTP client of a collected client. Do not pass this on, since
	// the original client may still be in use.
	@Override
	public void close() {
		boolean collected = StackWalker.getInstance()
			.walk((frames) -> frames.anyMatch((frame) -> frame.getClassName().equals(CLEANER)));
		if (!collected) {
			this.delegate.close();
		}
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
