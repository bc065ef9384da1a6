package dev.braintrust.spring.support;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

import com.sun.net.httpserver.HttpExchange;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/**
 * A real HTTP server that receives and keeps OTLP requests.
 */
public class OtlpReceiver extends LocalServer {

	/**
	 * Instead of a status: cut the connection without an answer.
	 */
	public static final int CUT = -1;

	/**
	 * Instead of a status: begin an answer with status 200, and stop before its end.
	 */
	public static final int STALL = -2;

	private static final String PROJECT = "{\"id\": \"p-1\", \"org_id\": \"org-1\", \"name\": \"Project\"}";

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition arrived = this.lock.newCondition();

	private final List<Request> requests = new ArrayList<>();

	private final List<ReceivedSpan> spans = new ArrayList<>();

	private final List<Integer> statuses = new ArrayList<>();

	private final CountDownLatch released = new CountDownLatch(1);

	private final UploadFlow uploads = new UploadFlow();

	private volatile boolean hanging;

	private volatile String location;

	public OtlpReceiver() {
		this(0);
	}

	public OtlpReceiver(int port) {
		super(port);
	}

	/**
	 * The upload of attachments, at the same URL.
	 */
	public UploadFlow uploads() {
		return this.uploads;
	}

	/**
	 * Answer the next requests with these statuses, and later requests with 200.
	 */
	public OtlpReceiver answering(Integer... statuses) {
		this.lock.lock();
		try {
			this.statuses.addAll(List.of(statuses));
			return this;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Answer no request until the receiver is released or closed. Received spans are
	 * kept.
	 */
	public OtlpReceiver hanging() {
		this.hanging = true;
		return this;
	}

	/**
	 * Answer the requests that hang and all later ones.
	 */
	public void release() {
		this.released.countDown();
	}

	/**
	 * Send a {@code Location} with every answer.
	 */
	public OtlpReceiver redirecting(String location) {
		this.location = location;
		return answering(307);
	}

	@Override
	protected void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			if (UploadFlow.isPartOf(exchange.getRequestURI().getPath())) {
				this.uploads.handle(exchange, url());
				return;
			}
			if (exchange.getRequestURI().getPath().startsWith("/v1/project/")) {
				answerCheck(exchange);
				return;
			}
			int status = receive(exchange, ExportTraceServiceRequest.parseFrom(body(exchange)));
			if (this.hanging) {
				this.released.await(10, TimeUnit.MINUTES);
			}
			if (status == STALL) {
				exchange.sendResponseHeaders(200, 10);
				exchange.getResponseBody().flush();
				this.released.await(10, TimeUnit.MINUTES);
			}
			else if (status != CUT) {
				if (this.location != null) {
					exchange.getResponseHeaders().add("Location", this.location);
				}
				exchange.sendResponseHeaders(status, -1);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	// The check at startup, which does not count as an export request.
	private static void answerCheck(HttpExchange exchange) throws IOException {
		exchange.getRequestBody().readAllBytes();
		answer(exchange, 200, PROJECT);
	}

	private int receive(HttpExchange exchange, ExportTraceServiceRequest message) {
		this.lock.lock();
		try {
			int status = this.statuses.isEmpty() ? 200 : this.statuses.remove(0);
			Request request = new Request(exchange.getRequestMethod(), exchange.getRequestURI().getPath(),
					exchange.getRequestHeaders().getFirst("Authorization"),
					exchange.getRequestHeaders().getFirst("x-bt-parent"),
					exchange.getRequestHeaders().getFirst("Content-Type"), status,
					exchange.getRemoteAddress().getPort(), exchange.getRequestHeaders().getFirst("traceparent"),
					ReceivedSpan.resources(message), ReceivedSpan.names(message));
			this.requests.add(request);
			if (status == 200) {
				this.spans.addAll(ReceivedSpan.of(message, request));
			}
			this.arrived.signalAll();
			return status;
		}
		finally {
			this.lock.unlock();
		}
	}

	private static byte[] body(HttpExchange exchange) throws IOException {
		boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
		try (InputStream input = gzip ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
			return input.readAllBytes();
		}
	}

	public List<ReceivedSpan> spans() {
		this.lock.lock();
		try {
			return List.copyOf(this.spans);
		}
		finally {
			this.lock.unlock();
		}
	}

	public List<Request> requests() {
		this.lock.lock();
		try {
			return List.copyOf(this.requests);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait for spans.
	 */
	public List<ReceivedSpan> awaitSpans(int count) {
		await((receiver) -> receiver.spans.size() >= count, count + " spans");
		return spans();
	}

	public List<Request> awaitRequests(int count) {
		await((receiver) -> receiver.requests.size() >= count, count + " requests");
		return requests();
	}

	private void await(Predicate<OtlpReceiver> condition, String what) {
		long remaining = Duration.ofMinutes(1).toNanos();
		this.lock.lock();
		try {
			while (!condition.test(this)) {
				if (remaining <= 0) {
					throw new AssertionError("Expected " + what + " but got " + this.spans + " in " + this.requests);
				}
				remaining = this.arrived.awaitNanos(remaining);
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void close() {
		release();
		this.uploads.release();
		super.close();
	}

	/**
	 * A received request.
	 *
	 * @param port the port of the sender, which identifies the connection
	 * @param traceparent the sender's trace of the request
	 * @param resources the attributes of the spans' resources
	 * @param spans the names of the spans in it
	 */
	public record Request(String method, String path, String authorization, String parent, String contentType,
			int status, int port, String traceparent, List<Map<String, Object>> resources, List<String> spans) {
	}

}
