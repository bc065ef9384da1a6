package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;

import dev.braintrust.spring.api.BackgroundThreads;
import dev.braintrust.spring.api.Reply;

/**
 * The threads that read and encode spans, which may run code of the application that is
 * slow or hangs. One request is read at a time. A read that takes longer than a second no
 * longer counts, so that it blocks no others, up to a limit. Requests that are known to
 * be slow have two threads of their own. A request that has no thread stays in its queue.
 */
final class SpanReads implements AutoCloseable {

	private static final int MAX_SLOW = 2;

	private static final int MAX_STUCK = 4;

	private static final long STUCK = Duration.ofSeconds(1).toNanos();

	private final ThreadPoolExecutor threads = BackgroundThreads.pool("braintrust-encode", 1);

	private final ThreadPoolExecutor slowThreads = BackgroundThreads.pool("braintrust-filter", MAX_SLOW);

	private final List<Read> reads = new ArrayList<>(1);

	private final ExportWorker worker;

	private final QueueLimits limits;

	SpanReads(ExportWorker worker, QueueLimits limits) {
		this.worker = worker;
		this.limits = limits;
	}

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

	// Return the time after which admits may change without an event.
	long delay() {
		return this.reads.isEmpty() ? Long.MAX_VALUE : STUCK;
	}

	// Read the spans of a batch, and let the worker continue with it.
	void read(SpanQueue queue, SpanBatch batch, long now) {
		Read read = new Read(queue.isSlow(), now);
		this.reads.add(read);
		try {
			execute(read, () -> read(queue, batch, read.slow(), (message) -> this.worker.tell(() -> {
				end(read);
				message.run();
			})));
		}
		catch (RuntimeException | Error ex) {
			end(read);
			// No thread can be started, which may be temporary.
			this.worker.answered(queue, Reply.failed(new IllegalStateException(ex)));
		}
	}

	private void execute(Read read, Runnable reading) {
		if (read.slow()) {
			this.slowThreads.execute(reading);
			return;
		}
		int count = (int) this.reads.stream().filter((other) -> !other.slow()).count();
		this.threads.setMaximumPoolSize(Math.max(count, this.threads.getMaximumPoolSize()));
		this.threads.setCorePoolSize(count);
		this.threads.execute(reading);
	}

	private void end(Read read) {
		this.reads.removeIf((started) -> started == read);
	}

	// Read on a reading thread, and pass on what the worker must do next.
	private void read(SpanQueue queue, SpanBatch batch, boolean slow, Consumer<Runnable> then) {
		SpanReader reader = queue.reader();
		boolean stillSlow;
		try {
			stillSlow = reader.isSlow();
		}
		catch (RuntimeException | Error ex) {
			// A filter cannot be created yet, which may be temporary.
			then.accept(() -> this.worker.answered(queue, Reply.failed(new IllegalStateException(ex))));
			return;
		}
		if (stillSlow && !slow) {
			then.accept(queue::notRead);
			return;
		}
		SpanMessages.Made made;
		try {
			made = SpanMessages.make(this.limits, reader, queue.target(), batch);
		}
		catch (RuntimeException | Error ex) {
			then.accept(() -> this.worker.answered(queue, Reply.unsendable(ex)));
			if (ex instanceof LinkageError error) {
				reader.incompatible(error);
			}
			return;
		}
		// A flush that sees the other spans settled must see the waiting ones. A span is
		// resumed after the queue knows that it waits, and before such a flush goes on.
		CompletableFuture<Void> known = new CompletableFuture<>();
		made.waiting().forEach((span) -> await(queue, span, known));
		then.accept(() -> {
			known.complete(null);
			// Without a request, the experiment has ended meanwhile, and its spans
			// are lost.
			if (!queue.request().isNone()) {
				queue.made(batch, made, stillSlow);
				this.worker.send(queue, batch);
			}
		});
	}

	private void await(SpanQueue queue, QueuedSpan span, CompletableFuture<Void> known) {
		Runnable resume = () -> known.thenRun(() -> resume(queue, span));
		try {
			queue.reader().await(span.span(), resume);
		}
		catch (RuntimeException | Error ex) {
			resume.run();
		}
	}

	private void resume(SpanQueue queue, QueuedSpan span) {
		QueuedSpan resumed = new QueuedSpan(span.span(), QueuedSpan.size(span.span()));
		this.worker.tell(() -> queue.resume(span, resumed, System.nanoTime()));
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
		this.slowThreads.shutdownNow();
	}

	private record Read(boolean slow, long startedAt) {

	}

}
