package dev.braintrust.spring.ai.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpExchange;
import dev.braintrust.spring.support.LocalServer;

/**
 * A real HTTP server that answers like OpenAI's endpoints of embeddings, images and
 * audio.
 */
final class MediaServer extends LocalServer {

	private final Map<String, Answer> answers = new ConcurrentHashMap<>();

	private final List<String> requests = new CopyOnWriteArrayList<>();

	@Override
	public String url() {
		return super.url() + "/v1";
	}

	MediaServer answers(String path, String contentType, String body) {
		return answers(path, 200, contentType, body.getBytes(StandardCharsets.UTF_8));
	}

	MediaServer answers(String path, int status, String contentType, byte[] body) {
		this.answers.put("/v1/" + path, new Answer(status, contentType, body));
		return this;
	}

	@Override
	protected void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			this.requests.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
			Answer answer = this.answers.getOrDefault(exchange.getRequestURI().getPath(),
					new Answer(404, "text/plain", new byte[0]));
			exchange.getResponseHeaders().add("Content-Type", answer.contentType());
			answer(exchange, answer.status(), answer.body());
		}
	}

	/**
	 * The bodies of the requests so far, one character a byte.
	 */
	List<String> requests() {
		return List.copyOf(this.requests);
	}

	private record Answer(int status, String contentType, byte[] body) {
	}

}
