package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.settings.ProjectSettings;
import org.jspecify.annotations.Nullable;

/**
 * The working part of a {@link SpanPipeline}: the queues, one worker for all of them, and
 * what encodes and sends.
 */
final class SpanExport {

	private final SpanTransport transport;

	private final SpanQueues queues;

	private final SpanMessages messages;

	private final ExportLog log = new ExportLog();

	private final SlowReaders slowReaders = new SlowReaders();

	private volatile @Nullable Thread worker;

	SpanExport(SpanTransport transport, Pace pace, QueueLimits limits) {
		this.transport = transport;
		this.queues = new SpanQueues(pace, limits);
		this.messages = new SpanMessages(limits);
	}

	<S> SpanQueue<S> open(ProjectSettings settings, SpanReader<S> reader) {
		return this.queues.create(new ExportTarget(settings), reader);
	}

	ExportStatus status(SpanQueue<?> queue) {
		return this.queues.status(queue);
	}

	// Take a span that ended.
	<S> void add(SpanQueue<S> queue, S span) {
		add(queue, QueuedSpan.of(span, queue.reader()));
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
			// Without the thread locals the loader would be that of the system.
			thread.setContextClassLoader(SpanExport.class.getClassLoader());
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
		Throwable failure = null;
		boolean slow = false;
		try {
			slow = queue.reader().isSlow();
		}
		catch (RuntimeException | Error ex) {
			failure = ex;
		}
		SpanBatch<S> batch = this.queues.take(queue, slow);
		if (batch == null) {
			return;
		}
		if (failure != null && !batch.isReady()) {
			// A filter that cannot be made yet: that may pass.
			answered(queue, Answer.of(null, failure));
		}
		else if (!batch.isReady() && (slow || queue.reader().isSlow())) {
			// Asked once more, since a span with a file may have come meanwhile.
			sendSlowly(queue, batch);
		}
		else {
			send(queue, batch);
		}
	}

	private <S> void sendSlowly(SpanQueue<S> queue, SpanBatch<S> batch) {
		try {
			this.slowReaders.execute(() -> send(queue, batch));
		}
		catch (RuntimeException | Error ex) {
			// No thread: that may pass.
			answered(queue, Answer.of(null, ex));
		}
	}

	private <S> void send(SpanQueue<S> queue, SpanBatch<S> batch) {
		try {
			if (!batch.isReady()) {
				SpanMessages.Made<S> made = this.messages.make(queue.reader(), batch);
				this.queues.made(queue, batch, made);
				made.waiting().forEach((span) -> queue.reader().await(span.span(), () -> resume(queue, span)));
			}
		}
		catch (RuntimeException | Error ex) {
			unsendable(queue, ex);
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
			unsendable(queue, ex);
		}
		catch (RuntimeException | Error ex) {
			answered(queue, Answer.of(null, ex));
		}
	}

	// A span that could not be read can be read now.
	private <S> void resume(SpanQueue<S> queue, QueuedSpan<S> span) {
		this.queues.resume(queue, QueuedSpan.of(span.span(), queue.reader()), span.bytes());
		ensureWorker();
	}

	private void unsendable(SpanQueue<?> queue, Throwable failure) {
		if (failure instanceof LinkageError error) {
			queue.reader().incompatible(error);
		}
		answered(queue, Answer.unsendable(failure));
	}

	private void answered(SpanQueue<?> queue, Answer answer) {
		if (this.queues.isClosed()) {
			return;
		}
		RequestTries.Outcome outcome = this.queues.outcome(queue, answer);
		try {
			this.log.answered(queue.target(), answer, outcome);
		}
		finally {
			this.queues.answered(queue, answer, outcome);
		}
	}

	// Send what has been added so far, and wait for it.
	boolean flush(@Nullable SpanQueue<?> queue, Duration timeout) {
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

	// Flush, then give up what is left and release all threads.
	void close(Duration timeout) {
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
		while (!flush(null, Duration.ofNanos(Math.max(0, left))) && left > 0 && Thread.interrupted()) {
			interrupted = true;
			left = deadline - System.nanoTime();
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

}
