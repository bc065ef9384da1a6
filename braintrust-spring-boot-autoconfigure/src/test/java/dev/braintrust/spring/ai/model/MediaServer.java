package dev.braintrust.spring.ai.model;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * A real HTTP server that answers like OpenAI's endpoints of embeddings, images and
 * audio.
 */
final class MediaServer implements AutoCloseable {

	private final Map<String, Answer> answers = new ConcurrentHashMap<>();

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final HttpServer server;

	MediaServer() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.createContext("/", this::handle);
		this.server.setExecutor(this.executor);
		this.server.start();
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort() + "/v1";
	}

	MediaServer answers(String path, String contentType, String body) {
		return answers(path, 200, contentType, body.getBytes(StandardCharsets.UTF_8));
	}

	MediaServer answers(String path, int status, String contentType, byte[] body) {
		this.answers.put("/v1/" + path, new Answer(status, contentType, body));
		return this;
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			this.requests.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
			Answer answer = this.answers.getOrDefault(exchange.getRequestURI().getPath(),
					new Answer(404, "text/plain", new byte[0]));
			exchange.getResponseHeaders().add("Content-Type", answer.contentType());
			exchange.sendResponseHeaders(answer.status(), (answer.body().length > 0) ? answer.body().length : -1);
			try (OutputStream output = exchange.getResponseBody()) {
				output.write(answer.body());
			}
		}
	}

	/**
	 * The bodies of the requests so far, one character a byte.
	 */
	List<String> requests() {
		return List.copyOf(this.requests);
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.executor.shutdownNow();
	}

	private record Answer(int status, String contentType, byte[] body) {
	}

}
