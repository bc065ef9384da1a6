package dev.braintrust.spring.export;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.util.Assert;

/**
 * Sends requests by one {@link HttpClient} for all targets. The client is made on first
 * use, on the thread that sends. Redirects are not followed: the API key goes to no other
 * host.
 */
final class HttpSpanTransport implements SpanTransport {

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

	private static final int THREADS = 2;

	private static final int BUFFER_SIZE = 8192;

	private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

	private final Set<Future<?>> underWay = ConcurrentHashMap.newKeySet();

	private @Nullable ScheduledThreadPoolExecutor executor;

	private @Nullable HttpClient client;

	private boolean closed;

	@Override
	public CompletableFuture<Integer> send(ExportTarget target, byte[] message) {
		HttpRequest request = request(target, message);
		return UntracedWork.call(() -> exchange(request, target.timeout()));
	}

	/**
	 * Make the request that carries a message.
	 * @param target where it goes
	 * @param message the encoded spans
	 * @return the request, compressed unless it stays on this machine
	 */
	static HttpRequest request(ExportTarget target, byte[] message) {
		boolean compress = !isLoopback(target.endpoint());
		HttpRequest.Builder request = HttpRequest.newBuilder(target.endpoint())
			.header("Content-Type", "application/x-protobuf")
			.POST(BodyPublishers.ofByteArray(compress ? gzip(message) : message));
		target.headers().forEach(request::header);
		if (compress) {
			request.header("Content-Encoding", "gzip");
		}
		return request.build();
	}

	private static boolean isLoopback(URI endpoint) {
		return LOOPBACK.contains(endpoint.getHost());
	}

	private static byte[] gzip(byte[] message) {
		ByteArrayOutputStream output = new ByteArrayOutputStream(message.length / 2 + 64);
		try (OutputStream gzip = new FastGzipOutputStream(output)) {
			gzip.write(message);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return output.toByteArray();
	}

	private synchronized CompletableFuture<Integer> exchange(HttpRequest request, Duration timeout) {
		Assert.state(!this.closed, "The transport is closed");
		if (this.executor == null || this.client == null) {
			this.executor = executor();
			this.client = client(this.executor);
		}
		CompletableFuture<Integer> answer = new CompletableFuture<>();
		// The client completes its own future on the common pool, which the application
		// may keep busy. The body ends on a thread of ours.
		CompletableFuture<?> exchange = this.client.sendAsync(request, (response) -> {
			BodySubscriber<Void> body = BodySubscribers.discarding();
			body.getBody().thenRun(() -> answer.complete(response.statusCode()));
			return body;
		});
		exchange.exceptionally((failure) -> {
			answer.completeExceptionally(failure);
			return null;
		});
		// The request's own timeout would end with the headers of the answer: one that
		// stops in its body would never be given up.
		Future<?> deadline = this.executor.schedule(
				() -> answer.completeExceptionally(new HttpTimeoutException("No whole answer in time")),
				timeout.toMillis(), TimeUnit.MILLISECONDS);
		this.underWay.add(exchange);
		return answer.whenComplete((status, failure) -> {
			this.underWay.remove(exchange);
			deadline.cancel(false);
			if (failure != null) {
				exchange.cancel(true);
			}
		});
	}

	private static ScheduledThreadPoolExecutor executor() {
		CustomizableThreadFactory factory = new CustomizableThreadFactory("braintrust-http-");
		factory.setDaemon(true);
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(THREADS, factory);
		executor.setKeepAliveTime(5, TimeUnit.SECONDS);
		executor.allowCoreThreadTimeOut(true);
		executor.setRemoveOnCancelPolicy(true);
		return executor;
	}

	private static HttpClient client(ScheduledThreadPoolExecutor executor) {
		return HttpClient.newBuilder()
			.connectTimeout(CONNECT_TIMEOUT)
			.followRedirects(HttpClient.Redirect.NEVER)
			.version(HttpClient.Version.HTTP_1_1)
			.executor(executor)
			.build();
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		this.underWay.forEach((exchange) -> exchange.cancel(true));
		// The client's own thread ends when the client is no longer reachable.
		this.client = null;
		if (this.executor != null) {
			this.executor.shutdown();
			this.executor = null;
		}
	}

	/**
	 * Gzip at its fastest level. The default level takes several times the processor time
	 * for requests that are a little smaller.
	 */
	private static final class FastGzipOutputStream extends GZIPOutputStream {

		FastGzipOutputStream(OutputStream output) throws IOException {
			super(output, BUFFER_SIZE);
			this.def.setLevel(Deflater.BEST_SPEED);
		}

	}

}
