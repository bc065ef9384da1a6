package dev.braintrust.spring.support;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import tools.jackson.databind.JsonNode;

/**
 * A stand-in for Braintrust's API and web application on a real HTTP server. It receives
 * spans like an {@link OtlpReceiver}, and answers the REST requests of evaluations and
 * prompts. Its data is in {@link #data()}, initially from recorded answers: the project
 * {@value BraintrustData#PROJECT_NAME} with a dataset {@code
 * food}, two scorers and a prompt.
 *
 * <pre>
 * try (BraintrustServer server = new BraintrustServer()) {
 *     server.failing("POST /v1/experiment", 2, Fault.status(429, "1"));
 *     … braintrust.api-url and braintrust.app-url: server.url()
 *     assertThat(server.calls("POST /v1/experiment")).hasSize(3);
 *     assertThat(server.data().experiments()).hasSize(1);
 *     server.awaitSpans(3);
 * }
 * </pre>
 */
public final class BraintrustServer extends OtlpReceiver {

	private final List<Call> calls = new CopyOnWriteArrayList<>();

	private final List<Failing> failing = new CopyOnWriteArrayList<>();

	private final CountDownLatch over = new CountDownLatch(1);

	private final BraintrustData data = new BraintrustData();

	/**
	 * The data of the server, which tests may change.
	 */
	public BraintrustData data() {
		return this.data;
	}

	/**
	 * Fail all further requests whose method and path begin with this, such as {@code
	 * POST /v1/experiment} or {@code POST /otel}.
	 */
	public BraintrustServer failing(String methodAndPath, Fault fault) {
		return failing(methodAndPath, Integer.MAX_VALUE, fault);
	}

	/**
	 * Fail this many of the next matching requests.
	 */
	public BraintrustServer failing(String methodAndPath, int times, Fault fault) {
		this.failing.add(new Failing(methodAndPath, Collections.synchronizedList(new ArrayList<>()), times, fault));
		return this;
	}

	/**
	 * Stop failing requests.
	 */
	public BraintrustServer recovering() {
		this.failing.clear();
		return this;
	}

	/**
	 * The requests so far, without requests that sent spans.
	 */
	public List<Call> calls() {
		return List.copyOf(this.calls);
	}

	/**
	 * The requests whose method and path begin with this.
	 */
	public List<Call> calls(String methodAndPath) {
		return this.calls.stream().filter((call) -> call.toString().startsWith(methodAndPath)).toList();
	}

	@Override
	protected void handle(HttpExchange exchange) throws IOException {
		URI uri = exchange.getRequestURI();
		String request = exchange.getRequestMethod() + " " + uri.getPath();
		boolean spans = uri.getPath().startsWith("/otel/");
		try {
			Call call = spans ? null : read(exchange, uri);
			Fault fault = fault(request);
			if (fault != null && !fail(exchange, fault)) {
				exchange.close();
			}
			else if (spans) {
				super.handle(exchange);
			}
			else {
				answer(exchange, call);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			exchange.close();
		}
	}

	private Call read(HttpExchange exchange, URI uri) throws IOException {
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		Call call = new Call(exchange.getRequestMethod(), uri.getPath(), query(uri),
				exchange.getRequestHeaders().getFirst("Authorization"),
				body.isEmpty() ? null : ReceivedSpan.parse(body));
		this.calls.add(call);
		return call;
	}

	private static Map<String, String> query(URI uri) {
		Map<String, String> query = new LinkedHashMap<>();
		for (String pair : (uri.getRawQuery() != null) ? uri.getRawQuery().split("&") : new String[0]) {
			String[] parts = pair.split("=", 2);
			query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
		}
		return query;
	}

	private Fault fault(String request) {
		for (Failing each : this.failing) {
			if (each.takes(request)) {
				return each.fault();
			}
		}
		return null;
	}

	// Returns true if the request must still be answered as usual, after a delay.
	private boolean fail(HttpExchange exchange, Fault fault) throws IOException, InterruptedException {
		if (this.over.await(fault.delay().toMillis(), TimeUnit.MILLISECONDS)) {
			return false;
		}
		if (fault.status() == 200) {
			return true;
		}
		if (fault.status() > 0) {
			exchange.getRequestBody().readAllBytes();
			if (fault.retryAfter() != null) {
				exchange.getResponseHeaders().add("Retry-After", fault.retryAfter());
			}
			answer(exchange, fault.status(), "{\"Code\": \"a secret of the server\"}");
		}
		return false;
	}

	private void answer(HttpExchange exchange, Call call) throws IOException {
		try (exchange) {
			BraintrustData.Answer answer = this.data.answer(call);
			exchange.getResponseHeaders().add("Content-Type", "application/json");
			answer.headers().forEach(exchange.getResponseHeaders()::add);
			answer(exchange, answer.status(), answer.body().toString());
		}
	}

	@Override
	public void close() {
		this.over.countDown();
		super.close();
	}

	/**
	 * A received request.
	 *
	 * @param method the method
	 * @param path the path without its query
	 * @param query the query, decoded
	 * @param authorization the header with the key
	 * @param body the body, {@code null} if absent
	 */
	public record Call(String method, String path, Map<String, String> query, String authorization, JsonNode body) {

		@Override
		public String toString() {
			return this.method + " " + this.path;
		}

	}

	/**
	 * A fault to simulate.
	 *
	 * @param status the status, 200 for the usual answer and 0 for no answer
	 * @param retryAfter the header {@code Retry-After}
	 * @param delay the delay before the fault
	 */
	public record Fault(int status, String retryAfter, Duration delay) {

		public static Fault status(int status) {
			return status(status, null);
		}

		public static Fault status(int status, String retryAfter) {
			return new Fault(status, retryAfter, Duration.ZERO);
		}

		/**
		 * Answer as usual, but later.
		 */
		public static Fault delay(Duration delay) {
			return new Fault(200, null, delay);
		}

		/**
		 * Cut the connection without an answer.
		 */
		public static Fault cut() {
			return new Fault(0, null, Duration.ZERO);
		}

		/**
		 * Do not answer until the server is closed.
		 */
		public static Fault hang() {
			return new Fault(0, null, Duration.ofMinutes(10));
		}

	}

	private record Failing(String methodAndPath, List<String> taken, int times, Fault fault) {

		boolean takes(String request) {
			synchronized (this.taken) {
				if (!request.startsWith(this.methodAndPath) || this.taken.size() >= this.times) {
					return false;
				}
				this.taken.add(request);
				return true;
			}
		}

	}

}
