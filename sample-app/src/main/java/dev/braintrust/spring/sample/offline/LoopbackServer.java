package dev.braintrust.spring.sample.offline;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

/**
 * An HTTP server on a free port of the loopback interface.
 */
final class LoopbackServer implements AutoCloseable {

	private final HttpServer server;

	private final ExecutorService threads = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "loopback-server");
		thread.setDaemon(true);
		return thread;
	});

	LoopbackServer() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.setExecutor(this.threads);
	}

	/**
	 * Answer POST requests to a path.
	 */
	LoopbackServer on(String path, HttpHandler handler) {
		return on("POST", path, (requested) -> requested.equals(path), handler);
	}

	/**
	 * Answer PUT requests to all paths below a path.
	 */
	LoopbackServer onPutBelow(String path, HttpHandler handler) {
		return on("PUT", path, (requested) -> requested.startsWith(path), handler);
	}

	private LoopbackServer on(String method, String path, Predicate<String> paths, HttpHandler handler) {
		this.server.createContext(path, (exchange) -> {
			try (exchange) {
				String requested = exchange.getRequestURI().getPath();
				if (!exchange.getRequestMethod().equals(method) || !paths.test(requested)) {
					respond(exchange, 404, "text/plain", new byte[0]);
					return;
				}
				handler.handle(exchange);
			}
		});
		return this;
	}

	LoopbackServer start() {
		// Started on a daemon thread, so that the server's own thread is a daemon too and
		// does not keep the JVM running. Wait for the start, because a server that is
		// stopped before it has started keeps its port.
		CompletableFuture.runAsync(this.server::start, this.threads).join();
		return this;
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdown();
	}

	/**
	 * The body of a request, unpacked.
	 */
	static byte[] body(HttpExchange exchange) throws IOException {
		boolean gzip = "gzip".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Content-Encoding"));
		try (InputStream body = exchange.getRequestBody()) {
			return (gzip ? new GZIPInputStream(body) : body).readAllBytes();
		}
	}

	static void respond(HttpExchange exchange, int status, String contentType, byte[] body) throws IOException {
		exchange.getResponseHeaders().set("Content-Type", contentType);
		exchange.sendResponseHeaders(status, (body.length > 0) ? body.length : -1);
		exchange.getResponseBody().write(body);
	}

}
