package dev.braintrust.spring.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * A local server that accepts whatever it is sent, on two threads.
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
		exchange.sendResponseHeaders(200, -1);
		exchange.close();
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
