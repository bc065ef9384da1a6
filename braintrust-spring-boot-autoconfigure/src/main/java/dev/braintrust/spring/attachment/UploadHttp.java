package dev.braintrust.spring.attachment;

import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.util.Assert;

/**
 * Sends the requests of uploads by one client on two threads, none of which is there
 * before the first request. Redirects are not followed: neither the API key nor the bytes
 * go to another host.
 */
final class UploadHttp implements AutoCloseable {

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

	private static final int THREADS = 2;

	private static final int MAX_RETRY_AFTER_LENGTH = 9;

	private final Set<Future<?>> underWay = ConcurrentHashMap.newKeySet();

	private @Nullable ScheduledThreadPoolExecutor executor;

	private @Nullable HttpClient client;

	private boolean closed;

	/**
	 * Send a request.
	 * @param request the request
	 * @param timeout when the whole answer must be there
	 * @return what became of it, never an exception
	 */
	synchronized CompletableFuture<UploadAnswer> send(HttpRequest request, Duration timeout) {
		ScheduledThreadPoolExecutor executor = executor();
		HttpClient client = this.client;
		if (client == null) {
			client = client(executor);
			this.client = client;
		}
		CompletableFuture<UploadAnswer> answer = new CompletableFuture<>();
		// The client completes its own future on the common pool; the body ends on a
		// thread of ours.
		CompletableFuture<?> exchange = client.sendAsync(request, (response) -> {
			BodySubscriber<String> body = BodySubscribers.ofString(StandardCharsets.UTF_8);
			body.getBody()
				.whenComplete((text, failure) -> answer.complete((failure != null) ? UploadAnswer.failed(failure)
						: new UploadAnswer(response.statusCode(), text, retryAfter(response.headers()), null)));
			return body;
		});
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

	private static HttpClient client(ScheduledThreadPoolExecutor executor) {
		return HttpClient.newBuilder()
			.connectTimeout(CONNECT_TIMEOUT)
			.followRedirects(HttpClient.Redirect.NEVER)
			.version(HttpClient.Version.HTTP_1_1)
			.executor(executor)
			.build();
	}

	private static @Nullable Duration retryAfter(HttpHeaders headers) {
		String value = headers.firstValue("Retry-After").orElse("").strip();
		boolean seconds = !value.isEmpty() && value.length() <= MAX_RETRY_AFTER_LENGTH
				&& value.chars().allMatch((c) -> c >= '0' && c <= '9');
		return seconds ? Duration.ofSeconds(Long.parseLong(value)) : null;
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		this.underWay.forEach((exchange) -> exchange.cancel(true));
		this.client = null;
		if (this.executor != null) {
			this.executor.shutdownNow();
			this.executor = null;
		}
	}

}
