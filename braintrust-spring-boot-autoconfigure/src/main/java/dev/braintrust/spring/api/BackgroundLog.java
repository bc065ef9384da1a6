package dev.braintrust.spring.api;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.commons.logging.Log;

/**
 * Logs on its own thread, so that an appender that blocks only costs messages.
 */
public final class BackgroundLog {

	private static final int MAX_WAITING = 256;

	private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS,
			new ArrayBlockingQueue<>(MAX_WAITING), BackgroundThreads.named("braintrust-log"));

	private final Log log;

	private volatile Future<?> last = CompletableFuture.completedFuture(null);

	public BackgroundLog(Log log) {
		this.log = log;
		this.thread.allowCoreThreadTimeOut(true);
	}

	public void warn(String message) {
		execute(() -> this.log.warn(message));
	}

	public void info(String message) {
		execute(() -> this.log.info(message));
	}

	// Wait until all messages before this call are written.
	public void await(Duration timeout) {
		try {
			this.last.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			// An appender fails or blocks.
		}
	}

	private synchronized void execute(Runnable writing) {
		try {
			this.last = this.thread.submit(writing);
		}
		catch (RejectedExecutionException | OutOfMemoryError ex) {
			// An appender blocks, or no thread can be started.
		}
	}

}
