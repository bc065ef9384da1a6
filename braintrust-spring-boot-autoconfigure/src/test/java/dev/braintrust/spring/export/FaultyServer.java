package dev.braintrust.spring.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.Supplier;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * A real HTTP server that fails in chosen ways. It keeps the names of the spans that it
 * accepted, duplicates included.
 */
final class FaultyServer implements AutoCloseable {

	private static final int BACKLOG = 1000;

	private final Queue<String> accepted = new ConcurrentLinkedQueue<>();

	private final CountDownLatch closed = new CountDownLatch(1);

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final HttpServer server;

	private final LongFunction<Fault> faults;

	FaultyServer(List<Fault> faults) {
		this(new ConcurrentLinkedQueue<>(faults)::poll);
	}

	/**
	 * Create a server.
	 * @param faults returns the fault for each request, {@code null} for no fault
	 */
	FaultyServer(Supplier<Fault> faults) {
		this((length) -> faults.get());
	}

	/**
	 * Create a server.
	 * @param faults returns the fault for a request of this length, {@code null} for no
	 * fault
	 */
	FaultyServer(LongFunction<Fault> faults) {
		this.faults = faults;
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.createContext("/", this::handle);
		this.server.setExecutor(this.executor);
		this.server.start();
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	List<String> accepted() {
		return new ArrayList<>(this.accepted);
	}

	/**
	 * Discard the names of the accepted spans.
	 */
	void forget() {
		this.accepted.clear();
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			Fault fault = this.faults.apply(Long.parseLong(exchange.getRequestHeaders().getFirst("Content-Length")));
			if (fault == Fault.CUT) {
				return;
			}
			if (fault == Fault.TOO_LARGE_UNREAD) {
				answer(exchange, fault);
				return;
			}
			List<String> spans = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody().readAllBytes())
				.getResourceSpansList()
				.stream()
				.flatMap((resource) -> resource.getScopeSpansList().stream())
				.flatMap((scope) -> scope.getSpansList().stream())
				.map(Span::getName)
				.toList();
			if (fault == null || fault.accepts) {
				this.accepted.addAll(spans);
			}
			answer(exchange, fault);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void answer(HttpExchange exchange, Fault fault) throws IOException, InterruptedException {
		if (fault == null) {
			send(exchange, 200, new byte[0]);
			return;
		}
		switch (fault) {
			case HANG, REPLY_LOST -> this.closed.await(10, TimeUnit.MINUTES);
			case SLOW, TOO_SLOW -> {
				this.closed.await((fault == Fault.SLOW) ? 150 : 900, TimeUnit.MILLISECONDS);
				send(exchange, 200, new byte[0]);
			}
			case STALL -> {
				exchange.sendResponseHeaders(503, 10);
				exchange.getResponseBody().flush();
				this.closed.await(10, TimeUnit.MINUTES);
			}
			case THROTTLED -> {
				exchange.getResponseHeaders().add("Retry-After", "1");
				send(exchange, 429, new byte[0]);
			}
			case GARBAGE -> {
				exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
				send(exchange, 200, "\n\u0000<html>not a message".getBytes(StandardCharsets.UTF_8));
			}
			case ENDLESS -> endless(exchange);
			case REDIRECTED -> {
				exchange.getResponseHeaders().add("Location", url() + "/elsewhere");
				send(exchange, 307, new byte[0]);
			}
			case PARTIAL -> {
				exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
				send(exchange, 200,
						ExportTraceServiceResponse.newBuilder()
							.setPartialSuccess(ExportTracePartialSuccess.newBuilder().setRejectedSpans(1))
							.build()
							.toByteArray());
			}
			default -> send(exchange, fault.status, "no".getBytes(StandardCharsets.UTF_8));
		}
	}

	private static void endless(HttpExchange exchange) throws IOException {
		exchange.sendResponseHeaders(503, 0);
		byte[] chunk = new byte[8192];
		while (true) {
			exchange.getResponseBody().write(chunk);
		}
	}

	private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
		exchange.sendResponseHeaders(status, (body.length > 0) ? body.length : -1);
		if (body.length > 0) {
			exchange.getResponseBody().write(body);
		}
	}

	@Override
	public void close() {
		this.closed.countDown();
		this.server.stop(0);
		this.executor.shutdownNow();
	}

	/**
	 * A way to fail.
	 */
	enum Fault {

		/**
		 * Cut the connection before the request is read.
		 */
		CUT(0, false),

		/**
		 * Neither accept nor answer.
		 */
		HANG(0, false),

		/**
		 * Accept, but do not answer.
		 */
		REPLY_LOST(0, true),

		/**
		 * Accept, and answer late.
		 */
		SLOW(200, true),

		/**
		 * Accept, and answer after the request's first timeout.
		 */
		TOO_SLOW(200, true),

		/**
		 * Begin an answer, and stop.
		 */
		STALL(503, false),

		/**
		 * Send an endless answer.
		 */
		ENDLESS(503, false),

		/**
		 * Request a pause of one second.
		 */
		THROTTLED(429, false),

		BAD_GATEWAY(502, false),

		UNAVAILABLE(503, false),

		GATEWAY_TIMEOUT(504, false),

		/**
		 * Accept, with a meaningless body.
		 */
		GARBAGE(200, true),

		/**
		 * Accept all but one span.
		 */
		PARTIAL(200, true),

		BAD_REQUEST(400, false),

		UNAUTHORIZED(401, false),

		NOT_FOUND(404, false),

		INTERNAL_ERROR(500, false),

		/**
		 * Answer like some gateways under overload.
		 */
		OVERLOADED(529, false),

		TOO_LARGE(413, false),

		/**
		 * Refuse before the request is read.
		 */
		TOO_LARGE_UNREAD(413, false),

		REDIRECTED(307, false);

		private final int status;

		private final boolean accepts;

		Fault(int status, boolean accepts) {
			this.status = status;
			this.accepts = accepts;
		}

	}

}
