package dev.braintrust.spring.upload;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import dev.braintrust.spring.api.HttpClients;
import org.jspecify.annotations.Nullable;

/**
 * Makes what sends the uploads of all projects for the first of them: an HTTP client and
 * what writes JSON take their time to load, which the start of an application does
 * without.
 */
final class LazyUploadSteps implements Supplier<UploadSteps>, AutoCloseable {

	private final HttpClients clients;

	private final UploadPace pace;

	private @Nullable UploadHttp http;

	private @Nullable UploadSteps steps;

	private boolean closed;

	LazyUploadSteps(HttpClients clients, UploadPace pace) {
		this.clients = clients;
		this.pace = pace;
	}

	@Override
	public synchronized UploadSteps get() {
		if (this.steps == null) {
			UploadHttp http = new UploadHttp(this.clients);
			if (this.closed) {
				http.close();
			}
			this.http = http;
			this.steps = new UploadSteps(new UploadRequests(http, this.pace));
		}
		return this.steps;
	}

	// Stop what is under way, and report what was given up.
	void report(List<UploadQueue.Left> left, Duration timeout) {
		UploadSteps steps = made();
		if (steps == null) {
			return;
		}
		steps.stop();
		CompletableFuture<?>[] reports = left.stream().map(steps::report).toArray(CompletableFuture[]::new);
		await(CompletableFuture.allOf(reports), System.nanoTime() + timeout.toNanos());
	}

	// A thread that closes the context may be interrupted to hurry it, not to lose what
	// is reported.
	private static void await(CompletableFuture<?> reports, long end) {
		boolean interrupted = false;
		boolean ended = false;
		while (!ended) {
			try {
				reports.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
				ended = true;
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
			catch (ExecutionException | TimeoutException ex) {
				// It is counted, and has been said.
				ended = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private synchronized @Nullable UploadSteps made() {
		return this.steps;
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.http != null) {
			this.http.close();
		}
	}

}
