package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;

import dev.braintrust.spring.api.BackgroundThreads;

/**
 * The threads that read and encode spans, since code of the application may take part in
 * it, which may take long or hang. One request is read at a time; one that takes longer
 * than a second no longer counts, so that it holds up no others, up to a number of them.
 * Requests that are known to be slow have two threads of their own. What waits for a
 * thread stays in its queue. Used by the worker alone.
 */
final class SpanReads implements AutoCloseable {

	private static final int MAX_SLOW = 2;

	private static final int MAX_STUCK = 4;

	private static final long STUCK = Duration.ofSeconds(1).toNanos();

	private final ThreadPoolExecutor threads = BackgroundThreads.pool("braintrust-encode", 1);

	private final ThreadPoolExecutor slowThreads = BackgroundThreads.pool("braintrust-filter", MAX_SLOW);

	private final List<Read> reads = new ArrayList<>(1);

	// Whether another request may be read.
	boolean admits(boolean slow, long now) {
		int all = 0;
		int stuck = 0;
		for (Read read : this.reads) {
			if (read.slow() == slow) {
				all++;
				stuck += (now - read.startedAt() > STUCK) ? 1 : 0;
			}
		}
		return slow ? all < MAX_SLOW : all == stuck && stuck < MAX_STUCK;
	}

	// How long until the answer to that may change by itself.
	long delay() {
		return this.reads.isEmpty() ? Long.MAX_VALUE : STUCK;
	}

	// Read something, unless there is no thread to be had. The end must be told.
	void start(boolean slow, long now, Consumer<Read> reading) {
		Read read = new Read(slow, now);
		this.reads.add(read);
		if (!slow) {
			int count = (int) this.reads.stream().filter((other) -> !other.slow()).count();
			this.threads.setMaximumPoolSize(Math.max(count, this.threads.getMaximumPoolSize()));
			this.threads.setCorePoolSize(count);
		}
		try {
			(slow ? this.slowThreads : this.threads).execute(() -> reading.accept(read));
		}
		catch (RuntimeException | Error ex) {
			end(read);
			throw ex;
		}
	}

	void end(Read read) {
		this.reads.removeIf((started) -> started == read);
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
		this.slowThreads.shutdownNow();
	}

	record Read(boolean slow, long startedAt) {

	}

}
