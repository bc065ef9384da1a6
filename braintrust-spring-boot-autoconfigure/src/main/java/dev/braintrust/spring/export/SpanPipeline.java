package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import dev.braintrust.spring.properties.ProjectSettings;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * Sends the spans of all projects: a bounded queue a project, one worker for all of them.
 * <p>
 * A span that ends is added to the queue of its project on the thread of the caller,
 * which costs a short lock and neither waits nor fails. The worker collects what a queue
 * holds every second, or earlier where a queue has a full batch or a flush is asked for,
 * and sends it without waiting for the answer, so a project whose endpoint hangs delays
 * no other. One request of a project is under way at a time. What may pass (a network
 * error, the statuses 429, 502, 503 and 504) is repeated with growing pauses, other
 * refusals are final. The worker and its connections come into being with the first span.
 */
public final class SpanPipeline implements AutoCloseable {

	private final SpanTransport transport;

	private final Pace pace;

	private final SpanQueues queues;

	private final ExportLog log = new ExportLog();

	private volatile @Nullable Thread worker;

	private final AtomicReference<@Nullable SpanEncoder> encoder = new AtomicReference<>();

	private final SlowReaders slowReaders = new SlowReaders();

	public SpanPipeline() {
		this(new HttpSpanTransport(), Pace.NORMAL);
	}

	SpanPipeline(SpanTransport transport, Pace pace) {
		this.transport = transport;
		this.pace = pace;
		this.queues = new SpanQueues(pace);
	}

	/**
	 * Open a queue for the spans of a project. Adding a span to it never waits and never
	 * fails.
	 * @param settings the settings of the project, with an API key
	 * @param reader turns spans of the queue into what is sent
	 * @param <S> the type of the spans that wait
	 * @return what takes the spans that ended
	 */
	public <S> Consumer<S> open(ProjectSettings settings, SpanReader<S> reader) {
		SpanQueue<S> queue = this.queues.create(new ExportTarget(settings), reader);
		return (span) -> add(queue, span);
	}

	private <S> void add(SpanQueue<S> queue, S span) {
		switch (this.queues.add(queue, span)) {
			case ADDED -> ensureWorker();
			case FULL -> this.log.full(queue.target());
			case CLOSED -> this.log.closed(queue.target());
			case STILL_FULL -> {
			}
		}
	}

	private void ensureWorker() {
		if (this.worker == null) {
			startWorker();
		}
	}

	private synchronized void startWorker() {
		if (this.worker == null) {
			// It inherits no thread locals of the caller, whom it outlives.
			Thread thread = new Thread(null, this::work, "braintrust-export", 0, false);
			thread.setDaemon(true);
			thread.start();
			this.worker = thread;
		}
	}

	private void work() {
		try {
			for (List<SpanQueue<?>> due = this.queues.awaitDue(); !due.isEmpty(); due = this.queues.awaitDue()) {
				due.forEach(this::send);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			// Whatever ended it, the next span starts another one.
			stopped();
		}
	}

	private synchronized void stopped() {
		this.worker = null;
	}

	private <S> void send(SpanQueue<S> queue) {
		SpanBatch<S> batch = this.queues.take(queue);
		if (batch == null) {
			return;
		}
		try {
			if (queue.reader().isSlow()) {
				this.slowReaders.execute(() -> send(queue, batch));
			}
			else {
				send(queue, batch);
			}
		}
		catch (RejectedExecutionException ex) {
			answered(queue, Answer.unsendable(ex));
		}
	}

	private <S> void send(SpanQueue<S> queue, SpanBatch<S> batch) {
		try {
			this.transport.send(queue.target(), batch.message((spans) -> encode(queue.reader().read(spans))))
				.whenComplete((status, failure) -> answered(queue, Answer.of(status, failure)));
		}
		catch (RuntimeException | Error ex) {
			answered(queue, Answer.unsendable(ex));
		}
	}

	private byte[] encode(List<SpanData> spans) {
		SpanEncoder kept = this.encoder.getAndSet(null);
		SpanEncoder encoder = (kept != null) ? kept : new SpanEncoder();
		byte[] message = encoder.encode(spans);
		this.encoder.set(encoder);
		return message;
	}

	private void answered(SpanQueue<?> queue, Answer answer) {
		if (this.queues.isClosed()) {
			return;
		}
		try {
			this.log.answered(queue.target(), answer);
		}
		finally {
			this.queues.answered(queue, answer);
		}
	}

	/**
	 * Send what has been added so far, and wait for it.
	 * @param timeout how long to wait at the most
	 * @return whether all of it was accepted in time
	 */
	public boolean flush(Duration timeout) {
		if (!this.queues.isIdle()) {
			ensureWorker();
		}
		try {
			return this.queues.flush(timeout);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * The number of spans that were not accepted and are gone.
	 * @return the number so far, of all projects
	 */
	long lost() {
		return this.queues.lost();
	}

	/**
	 * Flush for at most ten seconds, then give up what is left and release all threads.
	 */
	@Override
	public void close() {
		flush(this.pace.closeTimeout());
		Map<ExportTarget, Integer> abandoned = this.queues.close();
		this.slowReaders.close();
		this.transport.close();
		abandoned.forEach(this.log::abandoned);
	}

}
