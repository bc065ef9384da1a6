package dev.braintrust.spring.api;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.braintrust.spring.settings.ProjectSettings.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests and reports their results. A reply never fails and always arrives within
 * the timeout of its request.
 * <p>
 * The client has three threads, which look up names and choose proxies. Both may hang, so
 * another thread, the clock, watches the deadlines. A complete answer arrives on a client
 * thread, a timeout on the clock. Do nothing there that may hang. The threads start with
 * the first request and end soon after the last one.
 */
public final class HttpExchanges implements AutoCloseable {

	private static final int CLIENT_THREADS = 3;

	private final Set<Exchange> underWay = ConcurrentHashMap.newKeySet();

	// Requests that pause before a retry, with their last reply.
	private final Map<CompletableFuture<Reply>, Reply> pausing = new ConcurrentHashMap<>();

	private final HttpClients clients;

	private final ThreadPoolExecutor clientThreads;

	private final ScheduledThreadPoolExecutor clock;

	private volatile boolean closed;

	private final int maxBody;

	// The names of the threads begin with the given name.
	public HttpExchanges(String name, HttpClients clients) {
		this(name, clients, BoundedBody.USUAL_BYTES);
	}

	// An exchange fails if the body of its answer is longer than this.
	HttpExchanges(String name, HttpClients clients, int maxBody) {
		this.maxBody = maxBody;
		this.clients = clients;
		this.clientThreads = BackgroundThreads.pool(name + "-client", CLIENT_THREADS);
		this.clock = BackgroundThreads.clock(name + "-clock");
	}

	// Send a request once.
	public CompletableFuture<Reply> send(Connection connection, HttpRequest request, Duration timeout) {
		Exchange exchange = new Exchange(connection, request);
		this.underWay.add(exchange);
		try {
			exchange.deadline = this.clock.schedule(exchange::timeOut, timeout.toMillis(), TimeUnit.MILLISECONDS);
			this.clientThreads.execute(exchange::start);
			if (this.closed) {
				exchange.end(Reply.failed(new IllegalStateException("closed")));
			}
		}
		catch (RuntimeException | Error ex) {
			exchange.end(Reply.failed(ex));
		}
		exchange.reply.whenComplete((reply, failure) -> {
			if (failure != null) {
				exchange.cancel();
			}
		});
		return exchange.reply;
	}

	// Send a request, and retry it while it may succeed later. An answer that breaks off
	// has its status already, so a retry only serves to read its body.
	public CompletableFuture<Reply> send(Connection connection, Supplier<HttpRequest> request, Duration timeout,
			Backoff backoff, Predicate<Reply> repeated) {
		Repeated all = new Repeated(() -> send(connection, request.get(), timeout), backoff, repeated,
				new CompletableFuture<>());
		attempt(all, 1);
		return all.last();
	}

	private void attempt(Repeated repeated, int attempt) {
		CompletableFuture<Reply> last = repeated.last();
		if (last.isDone()) {
			return;
		}
		try {
			CompletableFuture<Reply> sent = repeated.request().get();
			sent.thenAccept((reply) -> answered(repeated, attempt, reply))
				.exceptionally((failure) -> fail(last, failure));
			// Cancelling the request also cancels the attempt in flight.
			last.whenComplete((reply, failure) -> sent.cancel(true));
		}
		catch (RuntimeException | Error ex) {
			fail(last, ex);
		}
	}

	private static @Nullable Void fail(CompletableFuture<Reply> last, Throwable failure) {
		last.complete(Reply.failed(failure));
		return null;
	}

	private void answered(Repeated repeated, int attempt, Reply reply) {
		CompletableFuture<Reply> last = repeated.last();
		if (this.closed || !repeated.wanted().test(reply) || attempt > repeated.backoff().maxRetries()) {
			last.complete(reply);
			return;
		}
		this.pausing.put(last, reply);
		if (this.closed) {
			last.complete(reply);
		}
		this.clock.schedule(() -> {
			this.pausing.remove(last);
			attempt(repeated, attempt + 1);
		}, repeated.backoff().pause(attempt, reply), TimeUnit.NANOSECONDS);
	}

	// Cancel the requests in flight, retry nothing, and end all threads and connections.
	@Override
	public void close() {
		this.closed = true;
		List.copyOf(this.underWay).forEach(Exchange::cancel);
		this.pausing.forEach(CompletableFuture::complete);
		this.pausing.clear();
		this.clock.shutdownNow();
		this.clients.close();
		this.clientThreads.shutdownNow();
	}

	// A request with its retries, and the reply to the last attempt.
	private record Repeated(Supplier<CompletableFuture<Reply>> request, Backoff backoff, Predicate<Reply> wanted,
			CompletableFuture<Reply> last) {
	}

	/**
	 * A request in flight.
	 */
	private final class Exchange {

		private final CompletableFuture<Reply> reply = new CompletableFuture<>();

		private final Connection connection;

		private final HttpRequest request;

		private volatile @Nullable Future<?> deadline;

		private volatile @Nullable CompletableFuture<?> call;

		private final AtomicBoolean ended = new AtomicBoolean();

		// An answered call is never cancelled, however late: its connection may already
		// carry another request.
		private volatile boolean failed;

		// Set when the headers of the answer arrive.
		private volatile @Nullable ResponseInfo response;

		Exchange(Connection connection, HttpRequest request) {
			this.connection = connection;
			this.request = request;
		}

		void start() {
			if (this.reply.isDone()) {
				return;
			}
			try {
				CompletableFuture<?> call = UntracedWork.call(() -> HttpExchanges.this.clients.send(this.connection,
						this.request, this::body, HttpExchanges.this.clientThreads));
				this.call = call;
				if (this.failed) {
					call.cancel(true);
				}
				// The client completes the call on the common pool, which the application
				// may keep busy. So the body ends the exchange.
				call.whenCompleteAsync((response, failure) -> {
					if (failure != null) {
						fail(failure);
					}
				}, HttpExchanges.this.clock);
			}
			catch (RuntimeException | Error ex) {
				fail(ex);
			}
		}

		// If an answer breaks off, its status still decides the request.
		private @Nullable Void fail(Throwable failure) {
			ResponseInfo response = this.response;
			end((response != null) ? Reply.of(response, new byte[0], failure) : Reply.failed(failure));
			return null;
		}

		private BodySubscriber<byte[]> body(ResponseInfo response) {
			this.response = response;
			BoundedBody body = new BoundedBody(HttpExchanges.this.maxBody);
			body.getBody().thenAccept((bytes) -> end(Reply.of(response, bytes, null))).exceptionally(this::fail);
			return body;
		}

		// The client's own timeout only covers the time until the headers arrive.
		void timeOut() {
			fail(new TimeoutException());
		}

		void cancel() {
			fail(new IllegalStateException("given up"));
		}

		void end(Reply reply) {
			if (!this.ended.compareAndSet(false, true)) {
				return;
			}
			this.failed = reply.failure() != null;
			HttpExchanges.this.underWay.remove(this);
			Future<?> deadline = this.deadline;
			if (deadline != null) {
				deadline.cancel(false);
			}
			CompletableFuture<?> call = this.call;
			if (this.failed && call != null) {
				call.cancel(true);
			}
			this.reply.complete(reply);
		}

	}

}
