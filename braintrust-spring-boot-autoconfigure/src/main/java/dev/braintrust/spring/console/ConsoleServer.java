package dev.braintrust.spring.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.braintrust.spring.api.BackgroundThreads;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Serves the console on a separate port, for applications without a web server.
 */
final class ConsoleServer implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(Console.class);

	// A fixed port, so that links to spans still work after a restart.
	private static final int DEFAULT_PORT = 8790;

	// The time limit for a request and its response. A slower or dead client loses
	// its connection.
	static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final int THREADS = 4;

	private final Console console;

	private final @Nullable Integer port;

	private final boolean reachable;

	private final Duration patience;

	private @Nullable HttpServer server;

	private @Nullable ThreadPoolExecutor threads;

	private @Nullable ScheduledExecutorService clock;

	// If reachable, the server listens on all interfaces, else only on the
	// loopback interface.
	ConsoleServer(Console console, @Nullable Integer port, boolean reachable, Duration patience) {
		this.console = console;
		this.port = port;
		this.reachable = reachable;
		this.patience = patience;
	}

	@Override
	public synchronized void start() {
		if (this.server != null) {
			return;
		}
		ThreadPoolExecutor threads = BackgroundThreads.pool("braintrust-console-server", THREADS);
		ScheduledExecutorService clock = BackgroundThreads.clock("braintrust-console-clock");
		HttpServer server = bind();
		server.setExecutor((exchange) -> threads.execute(() -> limit(exchange, clock)));
		server.createContext("/", this::handle);
		server.start();
		this.server = server;
		this.threads = threads;
		this.clock = clock;
	}

	// The interrupt closes the connection that the exchange waits for. FutureTask ensures
	// that it interrupts only this exchange.
	private void limit(Runnable exchange, ScheduledExecutorService clock) {
		FutureTask<?> task = new FutureTask<>(exchange, null);
		Future<?> deadline = clock.schedule(() -> task.cancel(true), this.patience.toMillis(), TimeUnit.MILLISECONDS);
		task.run();
		deadline.cancel(false);
	}

	private HttpServer bind() {
		try {
			try {
				return HttpServer.create(address((this.port != null) ? this.port : DEFAULT_PORT), 0);
			}
			catch (BindException ex) {
				// A port in use must not fail an application or its tests.
				if (this.port != null) {
					logger.warn("The port " + this.port + " of the console is in use, so it takes a free one. Set "
							+ "'braintrust.console.port' to another one, or to 0.");
				}
				return HttpServer.create(address(0), 0);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private InetSocketAddress address(int port) {
		return this.reachable ? new InetSocketAddress(port)
				: new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			String path = exchange.getRequestURI().getRawPath();
			ConsoleResponse answer = ConsoleRequest.isFor(path) ? this.console.answer(request(exchange, path))
					: ConsoleResponse.error(404, "The console is at " + ConsoleRequest.PATH + "/.");
			answer.headers().forEach(exchange.getResponseHeaders()::set);
			boolean empty = answer.body().length == 0 || exchange.getRequestMethod().equals("HEAD");
			exchange.sendResponseHeaders(answer.status(), empty ? -1 : answer.body().length);
			if (!empty) {
				exchange.getResponseBody().write(answer.body());
			}
		}
	}

	private static ConsoleRequest request(HttpExchange exchange, String path) {
		return new ConsoleRequest(exchange.getRequestMethod(), path.substring(ConsoleRequest.PATH.length()),
				exchange.getRequestURI().getRawQuery(), exchange.getRemoteAddress().getAddress(),
				exchange.getLocalAddress().getAddress(), exchange.getRequestHeaders()::getFirst);
	}

	synchronized @Nullable Integer port() {
		return (this.server != null) ? this.server.getAddress().getPort() : null;
	}

	@Override
	public synchronized void stop() {
		if (this.server != null && this.threads != null && this.clock != null) {
			this.server.stop(0);
			this.threads.shutdownNow();
			this.clock.shutdownNow();
			this.server = null;
			this.threads = null;
			this.clock = null;
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.server != null;
	}

}
