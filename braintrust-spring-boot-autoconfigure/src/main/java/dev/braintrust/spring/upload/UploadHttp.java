package dev.braintrust.spring.upload;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.api.BoundedBody;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.UntracedWork;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Sends the requests of uploads. One thread keeps the time, and goes on where a request
 * had no answer; nothing that may hang is done there. The others are those of the client,
 * which looks up names on them, and the one that took an answer goes on to the next step.
 * None is there before the first request. Redirects are not followed: neither the API key
 * nor the bytes go to another host.
 */
final class UploadHttp implements AutoCloseable {

	private static final int CLIENT_THREADS = 3;

	private static final int IDLE_SECONDS = 5;

	private final Set<Future<?>> underWay = ConcurrentHashMap.newKeySet();

	private @Nullable ScheduledThreadPoolExecutor steps;

	private @Nullable ThreadPoolExecutor clientThreads;

	private final HttpClients clients;

	private boolean closed;

	UploadHttp(HttpClients clients) {
		this.clients = clients;
	}

	synchronized CompletableFuture<UploadAnswer> send(HttpRequest request, UploadTarget target, Duration timeout) {
		ScheduledThreadPoolExecutor steps = steps();
		Executor clientThreads = clientThreads();
		CompletableFuture<UploadAnswer> answer = new CompletableFuture<>();
		// The client completes its own future on the common pool; the body ends on a
		// thread of ours.
		CompletableFuture<?> exchange = UntracedWork.call(() -> this.clients.send(target.connection(), request,
				(response) -> body(response, answer), clientThreads));
		exchange.whenCompleteAsync((response, failure) -> {
			if (failure != null) {
				answer.complete(UploadAnswer.failed(failure));
			}
		}, steps);
		Future<?> deadline = steps.schedule(
				() -> answer.complete(UploadAnswer.failed(new HttpTimeoutException("No whole answer in time"))),
				timeout.toMillis(), TimeUnit.MILLISECONDS);
		this.underWay.add(exchange);
		return answer.whenComplete((result, failure) -> {
			this.underWay.remove(exchange);
			deadline.cancel(false);
			if (result == null || result.status() == 0) {
				exchange.cancel(true);
			}
		});
	}

	private static BodySubscriber<byte[]> body(ResponseInfo response, CompletableFuture<UploadAnswer> answer) {
		BoundedBody body = new BoundedBody();
		body.getBody()
			.whenComplete((bytes, failure) -> answer
				.complete((failure != null) ? UploadAnswer.failed(failure) : UploadAnswer.of(response, bytes)));
		return body;
	}

	// Do something later.
	synchronized void schedule(Runnable task, long nanos) {
		steps().schedule(task, nanos, TimeUnit.NANOSECONDS);
	}

	void cancel() {
		// What is cancelled may send its report at once, which is not to be cancelled.
		List.copyOf(this.underWay).forEach((exchange) -> exchange.cancel(true));
	}

	private ScheduledThreadPoolExecutor steps() {
		Assert.state(!this.closed, "Uploads are closed");
		ScheduledThreadPoolExecutor steps = this.steps;
		if (steps == null) {
			steps = new ScheduledThreadPoolExecutor(1, UploadThreads.named("braintrust-upload"));
			steps.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
			steps.allowCoreThreadTimeOut(true);
			steps.setRemoveOnCancelPolicy(true);
			this.steps = steps;
		}
		return steps;
	}

	private ThreadPoolExecutor clientThreads() {
		ThreadPoolExecutor threads = this.clientThreads;
		if (threads == null) {
			threads = new ThreadPoolExecutor(CLIENT_THREADS, CLIENT_THREADS, IDLE_SECONDS, TimeUnit.SECONDS,
					new LinkedBlockingQueue<>(), UploadThreads.named("braintrust-upload-http"));
			threads.allowCoreThreadTimeOut(true);
			this.clientThreads = threads;
		}
		return threads;
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		cancel();
		this.clients.clear();
		if (this.steps != null) {
			this.steps.shutdownNow();
			this.steps = null;
		}
		if (this.clientThreads != null) {
			this.clientThreads.shutdownNow();
			this.clientThreads = null;
		}
	}

}
