package dev.braintrust.spring.attachment;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.export.BoundedBody;
import dev.braintrust.spring.export.HttpClients;
import dev.braintrust.spring.export.UntracedWork;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.util.Assert;

/**
 * Sends the requests of uploads by one client on two threads, none of which is there
 * before the first request. Redirects are not followed: neither the API key nor the bytes
 * go to another host.
 */
final class UploadHttp implements AutoCloseable {

	private static final int THREADS = 2;

	private final Set<Future<?>> underWay = ConcurrentHashMap.newKeySet();

	private @Nullable ScheduledThreadPoolExecutor executor;

	private final HttpClients clients;

	private boolean closed;

	UploadHttp(HttpClients clients) {
		this.clients = clients;
	}

	/**
	 * Send a request.
	 * @param request the request
	 * @param target where the attachments of the project go
	 * @param timeout when the whole answer must be there
	 * @return what became of it, never an exception
	 */
	synchronized CompletableFuture<UploadAnswer> send(HttpRequest request, UploadTarget target, Duration timeout) {
		ScheduledThreadPoolExecutor executor = executor();
		HttpClient client = this.clients.get(target.connection(), executor);
		CompletableFuture<UploadAnswer> answer = new CompletableFuture<>();
		// The client completes its own future on the common pool; the body ends on a
		// thread of ours.
		CompletableFuture<?> exchange = UntracedWork
			.call(() -> client.sendAsync(request, (response) -> body(response, answer)));
		exchange.whenCompleteAsync((response, failure) -> {
			if (failure != null) {
				answer.complete(UploadAnswer.failed(failure));
			}
		}, executor);
		Future<?> deadline = executor.schedule(
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

	/**
	 * Do something later.
	 * @param task what to do
	 * @param nanos when
	 */
	synchronized void schedule(Runnable task, long nanos) {
		executor().schedule(task, nanos, TimeUnit.NANOSECONDS);
	}

	private ScheduledThreadPoolExecutor executor() {
		Assert.state(!this.closed, "Uploads are closed");
		ScheduledThreadPoolExecutor executor = this.executor;
		if (executor == null) {
			CustomizableThreadFactory factory = new CustomizableThreadFactory("braintrust-upload-");
			factory.setDaemon(true);
			executor = new ScheduledThreadPoolExecutor(THREADS, factory);
			executor.setKeepAliveTime(5, TimeUnit.SECONDS);
			executor.allowCoreThreadTimeOut(true);
			executor.setRemoveOnCancelPolicy(true);
			this.executor = executor;
		}
		return executor;
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		this.underWay.forEach((exchange) -> exchange.cancel(true));
		this.clients.clear();
		if (this.executor != null) {
			this.executor.shutdownNow();
			this.executor = null;
		}
	}

}
