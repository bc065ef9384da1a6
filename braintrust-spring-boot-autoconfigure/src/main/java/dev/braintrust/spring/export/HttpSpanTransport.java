package dev.braintrust.spring.export;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

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

	private @Nullable ExecutorService executor;

	private @Nullable HttpClient client;

	@Override
	public CompletableFuture<Integer> send(ExportTarget target, byte[] message) {
		boolean compress = !LOOPBACK.contains(target.endpoint().getHost());
		HttpRequest.Builder request = HttpRequest.newBuilder(target.endpoint())
			.timeout(target.timeout())
			.header("Content-Type", "application/x-protobuf")
			.POST(BodyPublishers.ofByteArray(compress ? gzip(message) : message));
		target.headers().forEach(request::header);
		if (compress) {
			request.header("Content-Encoding", "gzip");
		}
		return client().sendAsync(request.build(), BodyHandlers.discarding()).thenApply(HttpResponse::statusCode);
	}

	private synchronized HttpClient client() {
		if (this.client == null) {
			ThreadPoolExecutor executor = new ThreadPoolExecutor(THREADS, THREADS, 5, TimeUnit.SECONDS,
					new LinkedBlockingQueue<>(), threadFactory());
			executor.allowCoreThreadTimeOut(true);
			this.executor = executor;
			this.client = HttpClient.newBuilder()
				.connectTimeout(CONNECT_TIMEOUT)
				.followRedirects(HttpClient.Redirect.NEVER)
				.version(HttpClient.Version.HTTP_1_1)
				.executor(executor)
				.build();
		}
		return this.client;
	}

	private static CustomizableThreadFactory threadFactory() {
		CustomizableThreadFactory factory = new CustomizableThreadFactory("braintrust-http-");
		factory.setDaemon(true);
		return factory;
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

	@Override
	public synchronized void close() {
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
