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
 * Sends requests and tells what became of them. A reply never fails and always comes,
 * within the timeout of its request.
 * <p>
 * Three threads are those of the client: names are looked up and proxies chosen there,
 * which may hang. Another one keeps the time. A reply that has an answer comes on the
 * former, any other one on the latter, so do nothing there that may hang. None of them is
 * there before the first request, nor long after the last.
 */
public final class HttpExchanges implements AutoCloseable {

	private static final int CLIENT_THREADS = 3;

	private final Set<Exchange> underWay = ConcurrentHashMap.newKeySet();

	// What pauses before it is repeated, with the reply so far.
	private final Map<CompletableFuture<Reply>, Reply> pausing = new ConcurrentHashMap<>();

	private final HttpClients clients;

	private final ThreadPoolExecutor clientThreads;

	private final ScheduledThreadPoolExecutor clock;

	private volatile boolean closed;

	private final int maxBody;

	// The name begins those of the threads.
	public HttpExchanges(String name, HttpClients clients) {
		this(name, clients, BoundedBody.USUAL_BYTES);
	}

	// An answer whose body is longer than this fails.
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

	// Send a request, and retry it as long as it may succeed later. An answer that breaks
	// off has its status, so it is retried only to read what it says.
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
			// Whoever gives up the request gives up the attempt that is under way.
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

	// Cancel the requests under way, retry nothing, and end all threads and connections.
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

	// A request whose attempts follow each other, and the reply to the last of them.
	private record Repeated(Supplier<CompletableFuture<Reply>> request, Backoff backoff, Predicate<Reply> wanted,
			CompletableFuture<Reply> last) {
	}

	/**
	 * A request that is under way.
	 */
	private final class Exchange {

		private final CompletableFuture<Reply> reply = new CompletableFuture<>();

		private final Connection connection;

		private final HttpRequest request;

		private volatile @Nullable Future<?> deadline;

		private volatile @Nullable CompletableFuture<?> call;

		private final AtomicBoolean ended = new AtomicBoolean();

		// What was answered is not cancelled, however late: its connection may carry
		// another request by then.
		private volatile boolean failed;

		// Once its headers have come.
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
				// The client completes it on the common pool, which the application may
				// keep busy. Therefore the body ends the exchange.
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

		// An answer that breaks off says what became of the request all the same.
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

		// The client's own timeout would end with the headers of the answer.
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
