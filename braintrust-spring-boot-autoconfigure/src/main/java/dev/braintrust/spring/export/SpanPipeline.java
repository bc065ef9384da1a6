package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.properties.ProjectSettings;
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

	private final SpanMessages messages;

	private final ExportLog log = new ExportLog();

	private final Map<String, SpanQueue<?>> byKey = new ConcurrentHashMap<>();

	private final SlowReaders slowReaders = new SlowReaders();

	private volatile @Nullable Thread worker;

	/**
	 * Create a pipeline.
	 * @param limits how much waits and goes in one request
	 * @param shutdownTimeout how long closing waits for what is left to be sent
	 * @param clients the HTTP clients to send with
	 */
	public SpanPipeline(QueueLimits limits, Duration shutdownTimeout, HttpClients clients) {
		this(new HttpSpanTransport(clients), Pace.closingIn(shutdownTimeout), limits);
	}

	SpanPipeline(SpanTransport transport, Pace pace, QueueLimits limits) {
		this.transport = transport;
		this.pace = pace;
		this.queues = new SpanQueues(pace, limits);
		this.messages = new SpanMessages(limits);
	}

	/**
	 * Open a queue for the spans of a project.
	 * @param settings the settings of the project, which is on
	 * @param reader knows the spans of the queue
	 * @param <S> the type of the spans that wait
	 * @return what takes the spans that ended
	 */
	public <S> SpanSink<S> open(ProjectSettings settings, SpanReader<S> reader) {
		SpanQueue<S> queue = this.queues.create(new ExportTarget(settings), reader);
		this.byKey.put(settings.key(), queue);
		return new QueueSink<>(queue);
	}

	/**
	 * How the export of each project goes that is on.
	 * @return the states by key, in the order in which the queues were opened
	 */
	public Map<String, ExportStatus> statuses() {
		return this.queues.statuses();
	}

	/**
	 * How the export of one project goes.
	 * @param key the key of the project
	 * @return the state, or {@code null} where the project is off or is not known
	 */
	public @Nullable ExportStatus status(String key) {
		SpanQueue<?> queue = this.byKey.get(key);
		return (queue != null) ? this.queues.status(queue) : null;
	}

	private <S> void add(SpanQueue<S> queue, QueuedSpan<S> span) {
		SpanQueues.Admission admission = this.queues.add(queue, span);
		if (admission == SpanQueues.Admission.CLOSED) {
			this.log.closed(queue.target());
		}
		else {
			ensureWorker();
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
			try {
				thread.start();
				this.worker = thread;
			}
			catch (OutOfMemoryError ex) {
				// There may be a thread to be had for the next span.
			}
		}
	}

	private void work() {
		try {
			for (List<SpanQueue<?>> due = this.queues.awaitDue(); due != null; due = this.queues.awaitDue()) {
				this.queues.newlyFull().forEach(this.log::full);
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
			if (!batch.isMade() && queue.reader().isSlow()) {
				this.slowReaders.execute(() -> send(queue, batch));
			}
			else {
				send(queue, batch);
			}
		}
		catch (RuntimeException | Error ex) {
			// No thread, or a filter that cannot be made yet: both may pass.
			answered(queue, Answer.of(null, ex));
		}
	}

	private <S> void send(SpanQueue<S> queue, SpanBatch<S> batch) {
		try {
			if (!batch.isMade()) {
				this.queues.made(queue, batch, this.messages.make(queue.reader(), batch.spans()));
			}
		}
		catch (RuntimeException | Error ex) {
			answered(queue, Answer.unsendable(ex));
			return;
		}
		int attempt = this.queues.requested(queue);
		if (attempt == 0) {
			return;
		}
		try {
			this.transport.send(queue.target(), batch.message(), attempt)
				.whenComplete((reply, failure) -> answered(queue, Answer.of(reply, failure)));
		}
		catch (IllegalArgumentException | LinkageError ex) {
			answered(queue, Answer.unsendable(ex));
		}
		catch (RuntimeException | Error ex) {
			answered(queue, Answer.of(null, ex));
		}
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
	 * Send what has been added so far, of all projects at once, and wait for it.
	 * @param timeout how long to wait at the most
	 * @return whether all of it was accepted in time
	 */
	public boolean flush(Duration timeout) {
		return flush(null, timeout);
	}

	private boolean flush(@Nullable SpanQueue<?> queue, Duration timeout) {
		if (!this.queues.isIdle()) {
			ensureWorker();
		}
		try {
			return this.queues.flush((queue != null) ? List.of(queue) : null, timeout);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Close within the time for that.
	 */
	@Override
	public void close() {
		close(this.pace.closeTimeout());
	}

	/**
	 * Flush, then give up what is left and release all threads.
	 * @param timeout how long to wait at the most for what is left to be sent
	 */
	public void close(Duration timeout) {
		flushUninterrupted(timeout);
		Map<ExportTarget, Integer> abandoned = this.queues.close();
		this.slowReaders.close();
		this.transport.close();
		abandoned.forEach(this.log::abandoned);
	}

	// A thread that closes the context may be interrupted to hurry it, not to lose spans.
	private void flushUninterrupted(Duration timeout) {
		long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
		boolean interrupted = Thread.interrupted();
		long left = deadline - System.nanoTime();
		while (!flush(Duration.ofNanos(Math.max(0, left))) && left > 0 && Thread.interrupted()) {
			interrupted = true;
			left = deadline - System.nanoTime();
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * The queue of one project, as it is handed out.
	 */
	private final class QueueSink<S> implements SpanSink<S> {

		private final SpanQueue<S> queue;

		QueueSink(SpanQueue<S> queue) {
			this.queue = queue;
		}

		@Override
		public void add(S span) {
			SpanPipeline.this.add(this.queue, QueuedSpan.of(span, this.queue.reader()));
		}

		@Override
		public boolean flush(Duration timeout) {
			return SpanPipeline.this.flush(this.queue, timeout);
		}

		@Override
		public ExportStatus status() {
			return SpanPipeline.this.queues.status(this.queue);
		}

	}

}
