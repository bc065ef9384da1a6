package dev.braintrust.spring.export;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Reads spans that application code takes part in, on at most two threads, so that a
 * content filter that hangs holds up no project without filters and files. There are no
 * threads before there is something to read, nor long after it.
 */
final class SlowReaders implements AutoCloseable {

	// How many requests are read at a time.
	static final int THREADS = 2;

	private static final int IDLE_SECONDS = 10;

	// Next to nothing waits here: the queues hand out as much as is read at a time.
	private final ThreadPoolExecutor executor = new ThreadPoolExecutor(THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(), SlowReaders::thread);

	SlowReaders() {
		this.executor.allowCoreThreadTimeOut(true);
	}

	private static Thread thread(Runnable task) {
		Thread thread = new Thread(null, task, "braintrust-filter", 0, false);
		thread.setDaemon(true);
		// Without the thread locals the loader would be that of the system.
		thread.setContextClassLoader(SlowReaders.class.getClassLoader());
		return thread;
	}

	void execute(Runnable reading) {
		this.executor.execute(reading);
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
