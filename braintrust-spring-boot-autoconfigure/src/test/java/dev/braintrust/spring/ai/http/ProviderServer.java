package dev.braintrust.spring.ai.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

import com.sun.net.httpserver.HttpExchange;
import dev.braintrust.spring.support.LocalServer;

/**
 * A real HTTP server that sends the given answers of a provider in their order. It keeps
 * the requests.
 */
public final class ProviderServer extends LocalServer {

	private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();

	private final List<Request> requests = new CopyOnWriteArrayList<>();

	public ProviderServer answers(Answer... answers) {
		this.answers.addAll(List.of(answers));
		return this;
	}

	/**
	 * Discard all requests and all remaining answers.
	 */
	public void reset() {
		this.answers.clear();
		this.requests.clear();
	}

	public List<Request> requests() {
		return this.requests;
	}

	@Override
	protected void handle(HttpExchange exchange) throws IOException {
		Map<String, List<String>> headers = new TreeMap<>();
		exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
		this.requests.add(new Request(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), headers,
				new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
		Answer answer = this.answers.poll();
		if (answer == null) {
			answer = Answer.json(400, "{\"error\": {\"message\": \"nothing to say\"}}");
		}
		if (answer.status() == 0) {
			// The connection ends without an answer.
			exchange.close();
			return;
		}
		// HTTP clients retry on their own if a request fails on a reused connection.
		exchange.getResponseHeaders().add("Connection", "close");
		answer.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
		exchange.getResponseHeaders().add("Content-Type", answer.contentType());
		// An answer that is cut off announces more bytes than it sends.
		long length = answer.parts().stream().mapToLong((part) -> part.length).sum();
		exchange.sendResponseHeaders(answer.status(), answer.cutOff() ? length + 1 : 0);
		try (exchange) {
			OutputStream body = exchange.getResponseBody();
			for (byte[] part : answer.parts()) {
				body.write(part);
				body.flush();
			}
			if (!answer.cutOff()) {
				body.close();
			}
		}
	}

	/**
	 * A received request.
	 *
	 * @param method its method
	 * @param path its path
	 * @param headers its headers
	 * @param body its body
	 */
	public record Request(String method, String path, Map<String, List<String>> headers, String body) {

	}

	/**
	 * An answer, which is sent in parts.
	 *
	 * @param status the status, or 0 to close the connection
	 * @param contentType the content type
	 * @param headers more headers
	 * @param parts the body
	 * @param cutOff whether the connection ends before the end of the body
	 */
	public record Answer(int status, String contentType, Map<String, String> headers, List<byte[]> parts,
			boolean cutOff) {

		public static Answer json(int status, String body) {
			return new Answer(status, "application/json", Map.of(), List.of(body.getBytes(StandardCharsets.UTF_8)),
					false);
		}

		public static Answer events(String body) {
			List<byte[]> parts = body.lines().map((line) -> (line + "\n").getBytes(StandardCharsets.UTF_8)).toList();
			return new Answer(200, "text/event-stream; charset=utf-8", Map.of(), parts, false);
		}

		public static Answer of(String file, String body) {
			return file.endsWith(".txt") ? events(body) : json(200, body);
		}

		public Answer with(String header, String value) {
			Map<String, String> headers = new TreeMap<>(this.headers);
			headers.put(header, value);
			return new Answer(this.status, this.contentType, headers, this.parts, this.cutOff);
		}

		public Answer isCutOff() {
			return new Answer(this.status, this.contentType, this.headers, this.parts, true);
		}

		public static Answer none() {
			return new Answer(0, "", Map.of(), List.of(), false);
		}

	}

}
