package dev.braintrust.spring.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.braintrust.spring.sample.offline.ModelServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The offline model behind a server that can leave one request without an answer: the
 * request with a tool result.
 */
final class HoldingModel implements AutoCloseable {

	private final ModelServer model = ModelServer.start();

	private final HttpClient client = HttpClient.newHttpClient();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final AtomicBoolean holding = new AtomicBoolean();

	private final CountDownLatch held = new CountDownLatch(1);

	private final CountDownLatch closed = new CountDownLatch(1);

	private final HttpServer server;

	HoldingModel() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::answer);
		this.server.setExecutor(this.threads);
		this.server.start();
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort() + "/v1";
	}

	/**
	 * Never answer the next request that ends with a tool result.
	 */
	void holdNextAnswer() {
		this.holding.set(true);
	}

	void awaitHeldRequest() throws InterruptedException {
		assertThat(this.held.await(1, TimeUnit.MINUTES)).as("a request is held").isTrue();
	}

	private void answer(HttpExchange exchange) throws IOException {
		try (exchange) {
			byte[] body = exchange.getRequestBody().readAllBytes();
			if (new String(body).contains("\"tool_call_id\"") && this.holding.compareAndSet(true, false)) {
				this.held.countDown();
				this.closed.await();
				return;
			}
			URI target = URI.create(this.model.url()).resolve(exchange.getRequestURI().getPath());
			HttpResponse<byte[]> response = this.client.send(HttpRequest.newBuilder(target)
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofByteArray(body))
				.build(), HttpResponse.BodyHandlers.ofByteArray());
			exchange.getResponseHeaders()
				.set("Content-Type", response.headers().firstValue("Content-Type").orElse("application/json"));
			exchange.sendResponseHeaders(response.statusCode(), response.body().length);
			exchange.getResponseBody().write(response.body());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		this.closed.countDown();
		this.server.stop(0);
		this.threads.shutdownNow();
		this.model.close();
	}

}
