package dev.braintrust.spring.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * Keeps each span request that it receives, and answers like an OTLP collector. It
 * accepts attachments like Braintrust and discards them.
 */
final class ReceivingServer implements AutoCloseable {

	private final HttpServer server;

	private final List<ReceivedRequest> requests = new CopyOnWriteArrayList<>();

	ReceivingServer() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::receive);
		answer("/api/apikey/login", () -> "{\"org_info\": [{\"id\": \"o-1\", \"name\": \"Acme\"}]}");
		answer("/attachment", () -> "{\"signedUrl\": \"" + url() + "/storage/1\", \"headers\": {}}");
		answer("/attachment/status", () -> "{}");
		answer("/storage/", () -> "{}");
		this.server.start();
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	List<ReceivedRequest> requests() {
		return List.copyOf(this.requests);
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

	private void answer(String path, Supplier<String> answer) {
		this.server.createContext(path, (exchange) -> {
			try (exchange) {
				exchange.getRequestBody().readAllBytes();
				byte[] body = answer.get().getBytes(StandardCharsets.UTF_8);
				exchange.sendResponseHeaders(200, body.length);
				exchange.getResponseBody().write(body);
			}
		});
	}

	private void receive(HttpExchange exchange) throws IOException {
		try (exchange) {
			boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
			byte[] body = (gzip ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody())
				.readAllBytes();
			this.requests
				.add(new ReceivedRequest(exchange.getRequestURI().getPath(), exchange.getRequestHeaders(), body));
			exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
			exchange.sendResponseHeaders(200, -1);
		}
	}

}
