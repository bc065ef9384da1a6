package dev.braintrust.spring.api;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.commons.logging.Log;

/**
 * Logs on a thread of its own: an appender that blocks costs messages, and nothing else.
 */
public final class BackgroundLog {

	private static final int MAX_WAITING = 256;

	private final AtomicInteger waiting = new AtomicInteger();

	private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS,
			new ArrayBlockingQueue<>(MAX_WAITING), BackgroundThreads.named("braintrust-log"),
			(message, thread) -> this.waiting.decrementAndGet());

	private final Log log;

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

	// Wait until all has been written that was logged before.
	public void await(Duration timeout) {
		if (this.waiting.get() == 0) {
			return;
		}
		CountDownLatch written = new CountDownLatch(1);
		execute(written::countDown);
		try {
			written.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void execute(Runnable writing) {
		this.waiting.incrementAndGet();
		try {
			this.thread.execute(() -> {
				try {
					writing.run();
				}
				finally {
					this.waiting.decrementAndGet();
				}
			});
		}
		catch (OutOfMemoryError ex) {
			// There is no thread to be had.
			this.waiting.decrementAndGet();
		}
	}

}
