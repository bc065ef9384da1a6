package dev.braintrust.spring.upload;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Repeats requests that may succeed later.
 */
final class UploadRequests {

	private final UploadHttp http;

	private final UploadPace pace;

	// What pauses before it is repeated, with the answer so far.
	private final Map<CompletableFuture<UploadAnswer>, UploadAnswer> paused = new ConcurrentHashMap<>();

	private volatile boolean stopped;

	UploadRequests(UploadHttp http, UploadPace pace) {
		this.http = http;
		this.pace = pace;
	}

	// Send a request, and repeat it as long as it may succeed later.
	CompletableFuture<UploadAnswer> send(Supplier<HttpRequest> request, UploadTarget target, Duration timeout,
			Runnable failed) {
		return send(request, target, timeout, failed, 1);
	}

	CompletableFuture<UploadAnswer> sendOnce(HttpRequest request, UploadTarget target) {
		return this.http.send(request, target, target.timeout());
	}

	// Give up what is under way, and repeat nothing from now on.
	void stop() {
		this.stopped = true;
		this.http.cancel();
		this.paused.forEach(CompletableFuture::complete);
	}

	private CompletableFuture<UploadAnswer> send(Supplier<HttpRequest> request, UploadTarget target, Duration timeout,
			Runnable failed, int attempts) {
		return this.http.send(request.get(), target, timeout).thenCompose((answer) -> {
			if (answer.isAccepted() || !answer.mayPass() || this.stopped || attempts > this.pace.maxRetries()) {
				return CompletableFuture.completedFuture(answer);
			}
			failed.run();
			CompletableFuture<UploadAnswer> last = new CompletableFuture<>();
			this.paused.put(last, answer);
			if (this.stopped) {
				last.complete(answer);
			}
			this.http.schedule(() -> sendAgain(request, target, timeout, failed, attempts + 1, last),
					this.pace.pause(attempts, answer.retryAfter()));
			return last;
		});
	}

	private void sendAgain(Supplier<HttpRequest> request, UploadTarget target, Duration timeout, Runnable failed,
			int attempts, CompletableFuture<UploadAnswer> last) {
		this.paused.remove(last);
		if (last.isDone()) {
			return;
		}
		try {
			send(request, target, timeout, failed, attempts).whenComplete((answer, failure) -> {
				if (failure != null) {
					last.completeExceptionally(failure);
				}
				else {
					last.complete(answer);
				}
			});
		}
		catch (RuntimeException | Error ex) {
			last.completeExceptionally(ex);
		}
	}

}
