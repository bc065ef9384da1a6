package dev.braintrust.spring.export;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

import dev.braintrust.spring.api.BoundedBody;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.RetryAfter;
import dev.braintrust.spring.api.UntracedWork;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.util.Assert;

/**
 * Sends requests over HTTP. Threads and clients are made on first use, on the thread that
 * sends.
 */
final class HttpSpanTransport implements SpanTransport {

	// Names are looked up on them, which may hang.
	private static final int THREADS = 3;

	// A line that is too slow for a large request gets more time when it is repeated.
	private static final int MAX_PATIENCE = 4;

	private static final int BUFFER_SIZE = 8192;

	private final Set<Future<?>> underWay = ConcurrentHashMap.newKeySet();

	private final HttpClients clients;

	private @Nullable ThreadPoolExecutor executor;

	private boolean closed;

	HttpSpanTransport(HttpClients clients) {
		this.clients = clients;
	}

	@Override
	public CompletableFuture<Reply> send(ExportTarget target, byte[] message, int attempt) {
		HttpRequest request = request(target, message);
		Duration timeout = target.timeout().multipliedBy(Math.min(attempt, MAX_PATIENCE));
		return UntracedWork.call(() -> exchange(target, request, timeout));
	}

	static HttpRequest request(ExportTarget target, byte[] message) {
		boolean compress = target.isCompressed();
		byte[] body = compress ? gzip(message, target.compressionLevel()) : message;
		HttpRequest.Builder request = HttpRequest.newBuilder(target.endpoint())
			.header("Content-Type", "application/x-protobuf")
			.POST(BodyPublishers.fromPublisher(new MessageBody(body), body.length));
		target.headers().forEach(request::header);
		if (compress) {
			request.header("Content-Encoding", "gzip");
		}
		return request.build();
	}

	private static byte[] gzip(byte[] message, int level) {
		ByteArrayOutputStream output = new ByteArrayOutputStream(message.length / 2 + 64);
		try (OutputStream gzip = new LevelGzipOutputStream(output, level)) {
			gzip.write(message);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return output.toByteArray();
	}

	private synchronized CompletableFuture<Reply> exchange(ExportTarget target, HttpRequest request, Duration timeout) {
		Assert.state(!this.closed, "The transport is closed");
		if (this.executor == null) {
			this.executor = executor();
		}
		CompletableFuture<Reply> answer = new CompletableFuture<>();
		// The client completes its own future on the common pool, which the application
		// may keep busy. The body ends on a thread of ours.
		CompletableFuture<?> exchange = this.clients.send(target.connection(), request, (response) -> {
			BodySubscriber<byte[]> body = new BoundedBody();
			body.getBody()
				.thenAccept((bytes) -> answer.complete(reply(response, bytes)))
				.exceptionally((failure) -> fail(answer, failure));
			return body;
		}, this.executor);
		exchange.exceptionally((failure) -> {
			fail(answer, failure);
			return null;
		});
		// The request's own timeout would end with the headers of the answer: one that
		// stops in its body would never be given up.
		// No thread of the client tells the time: names that hang would stop it.
		answer.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
		this.underWay.add(exchange);
		return answer.whenComplete((reply, failure) -> {
			this.underWay.remove(exchange);
			if (failure != null) {
				exchange.cancel(true);
			}
		});
	}

	private static @Nullable Void fail(CompletableFuture<Reply> answer, Throwable failure) {
		answer.completeExceptionally(failure);
		return null;
	}

	private static Reply reply(HttpResponse.ResponseInfo response, byte[] body) {
		HttpHeaders headers = response.headers();
		return new Reply(response.statusCode(),
				headers.firstValue("Retry-After")
					.map((value) -> RetryAfter.parse(value, Clock.systemUTC()))
					.orElse(Duration.ZERO),
				PartialSuccess.rejectedSpans(headers.firstValue("Content-Type").orElse(""), body));
	}

	private static ThreadPoolExecutor executor() {
		CustomizableThreadFactory factory = new CustomizableThreadFactory("braintrust-http-");
		factory.setDaemon(true);
		ThreadPoolExecutor executor = new ThreadPoolExecutor(THREADS, THREADS, 5, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), factory);
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		this.underWay.forEach((exchange) -> exchange.cancel(true));
		this.clients.clear();
		if (this.executor != null) {
			this.executor.shutdown();
			this.executor = null;
		}
	}

	/**
	 * Gzip at a level that pays: the default of the JDK takes several times the processor
	 * time of the fastest one, for requests that are a little smaller.
	 */
	private static final class LevelGzipOutputStream extends GZIPOutputStream {

		LevelGzipOutputStream(OutputStream output, int level) throws IOException {
			super(output, BUFFER_SIZE);
			this.def.setLevel(level);
		}

	}

}
