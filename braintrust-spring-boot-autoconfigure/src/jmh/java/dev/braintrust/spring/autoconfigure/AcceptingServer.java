package dev.braintrust.spring.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * A local server with two threads that accepts all requests. It answers the requests that
 * experiments send before they begin.
 */
public final class AcceptingServer implements AutoCloseable {

	private final ExecutorService threads = Executors.newFixedThreadPool(2);

	private final HttpServer server;

	public AcceptingServer() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
		this.server.setExecutor(this.threads);
		this.server.createContext("/", AcceptingServer::accept);
		this.server.start();
	}

	private static void accept(HttpExchange exchange) throws IOException {
		byte[] buffer = new byte[65536];
		while (exchange.getRequestBody().read(buffer) >= 0) {
			// Discarded.
		}
		byte[] answer = answer(exchange.getRequestURI().getPath()).getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().add("Content-Type", "application/json");
		exchange.sendResponseHeaders(200, (answer.length > 0) ? answer.length : -1);
		exchange.getResponseBody().write(answer);
		exchange.close();
	}

	private static String answer(String path) {
		String id = "11111111-1111-4111-8111-111111111111";
		String object = """
				{"id": "%s", "org_id": "%s", "project_id": "%s", "user_id": "%s", "name": "benchmark",
				"created": "2026-05-27T10:13:48.702Z", "public": false}""".formatted(id, id, id, id);
		if (path.endsWith("/login")) {
			return "{\"org_info\": [{\"id\": \"%s\", \"name\": \"Acme\"}]}".formatted(id);
		}
		return path.startsWith("/otel") ? "" : path.equals("/v1/project") ? "{\"objects\": [" + object + "]}" : object;
	}

	public String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

}
