package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.api.MemoryBudget;
import dev.braintrust.spring.api.Reply;

/**
 * Owns the queues of all projects. One thread decides when to send a batch and which
 * spans to drop. Others leave it a span or a message without a lock. It runs no
 * application code, no logging and no encoding, so it is never slow.
 */
final class ExportWorker {

	private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(10);

	private static final Duration CLOSE_TIME = Duration.ofMillis(500);

	private final Queue<SpanInbox> arrivals = new ConcurrentLinkedQueue<>();

	private final ExportThread thread = new ExportThread(this::work);

	private final List<SpanQueue> queues = new ArrayList<>();

	// Notifications that run after the new status is published.
	private final List<Runnable> news = new ArrayList<>();

	private final ExportLog log = new ExportLog();

	private final SpanReads reads;

	private final SpanTransport transport;

	private final RequestTries.Pace pace;

	private final SpanBudget budget;

	private long takes;

	private volatile long inboxShare;

	ExportWorker(SpanTransport transport, RequestTries.Pace pace, QueueLimits limits, MemoryBudget memory) {
		this.transport = transport;
		this.pace = pace;
		this.budget = new SpanBudget(limits, memory);
		this.inboxShare = this.budget.inboxShare();
		this.reads = new SpanReads(this, limits);
	}

	// Enqueue a span that ended, on the thread that ended it.
	void add(SpanInbox inbox, WaitingSpan span) {
		long bytes = QueuedSpan.size(span);
		boolean stripped = bytes > QueuedSpan.BARE_BYTES && !inbox.isPaced() && inbox.isFlooded(this, bytes);
		boolean told = stripped ? inbox.push(span.withoutContent(LossReason.QUEUE_FULL), QueuedSpan.BARE_BYTES, true)
				: inbox.push(span, bytes, false);
		if (told) {
			arrived(inbox);
		}
	}

	long inboxShare() {
		return this.inboxShare;
	}

	void arrived(SpanInbox inbox) {
		if (inbox.isClosed()) {
			this.log.closed(inbox.settings(), inbox.isOfExperiment());
			return;
		}
		if (inbox.queue() == null) {
			this.arrivals.add(inbox);
		}
		this.thread.wake();
	}

	// Run a message on the worker.
	void tell(Runnable message) {
		this.thread.tell(message);
	}

	// Do all work that is due. Return the time until the next task is due.
	private long work() {
		readArrivals();
		long now = System.nanoTime();
		for (SpanQueue queue : this.queues) {
			queue.collect(now + this.pace.interval().toNanos());
		}
		makeRoom();
		long wait = Math.min(LONGEST_WAIT, this.reads.delay());
		List<SpanQueue> due = new ArrayList<>(1);
		for (SpanQueue queue : this.queues) {
			long delay = queue.delay(this.reads, now);
			if (delay == 0) {
				due.add(queue);
			}
			wait = Math.min(wait, delay);
		}
		// The queue that has waited longest comes first.
		due.sort(Comparator.comparingLong(SpanQueue::lastTaken));
		due.forEach((queue) -> send(queue, now));
		this.inboxShare = this.budget.inboxShare();
		for (SpanQueue queue : this.queues) {
			wait = queue.publish() ? 0 : wait;
		}
		tellNews();
		return wait;
	}

	private void makeRoom() {
		this.budget.survey(this.queues);
		this.budget.makeRoom(this.queues).forEach(this.log::full);
	}

	private void tellNews() {
		List<Runnable> news = List.copyOf(this.news);
		this.news.clear();
		news.forEach(Runnable::run);
	}

	private void readArrivals() {
		for (SpanInbox inbox = this.arrivals.poll(); inbox != null; inbox = this.arrivals.poll()) {
			queue(inbox);
		}
	}

	private SpanQueue queue(SpanInbox inbox) {
		SpanQueue queue = inbox.queue();
		if (queue == null) {
			queue = new SpanQueue(inbox, this.budget);
			inbox.queue(queue);
			this.queues.add(queue);
		}
		return queue;
	}

	private void send(SpanQueue queue, long now) {
		SpanBatch batch = queue.take(this.reads, ++this.takes, now);
		if (batch == null || batch.isEmpty()) {
			return;
		}
		this.budget.survey(this.queues);
		if (batch.isReady()) {
			send(queue, batch);
		}
		else {
			this.reads.read(queue, batch, now);
		}
	}

	// Send a batch that was read.
	void send(SpanQueue queue, SpanBatch batch) {
		int attempt = (batch.isEmpty() || this.thread.isClosed()) ? 0 : queue.request().send();
		if (attempt == 0) {
			return;
		}
		try {
			this.transport.send(queue.target(), batch.body(), attempt)
				.whenComplete((reply,
						failure) -> tell(() -> answered(queue, (failure != null) ? Reply.failed(failure) : reply)));
		}
		catch (RuntimeException | Error ex) {
			answered(queue, Reply.failed(ex));
		}
	}

	// Handle the reply to a request, or the failure to create it.
	void answered(SpanQueue queue, Reply reply) {
		long now = System.nanoTime();
		long notBefore = now + reply.retryAfter().toNanos();
		RequestTries.Outcome outcome = queue.request().outcome(reply, now, this.pace);
		boolean over = outcome == RequestTries.Outcome.SETTLED || outcome == RequestTries.Outcome.GIVEN_UP;
		if (this.thread.isClosed() && !over) {
			// Nothing is retried after the close.
			return;
		}
		this.log.answered(queue.target(), reply, outcome);
		if (outcome == RequestTries.Outcome.TOO_LARGE || outcome == RequestTries.Outcome.SHRUNK) {
			queue.request().shrink(reply, now);
		}
		switch (outcome) {
			case REPEATED, SHRUNK ->
				queue.retry(reply, now + this.pace.backoff().pause(queue.request().attempts(), reply), notBefore);
			case TOO_LARGE -> queue.retry(reply, notBefore, notBefore);
			case SETTLED, GIVEN_UP -> queue.settle(reply, now, now + this.pace.interval().toNanos());
		}
	}

	// Send all spans added before. A caller that stops waiting completes the future.
	CompletableFuture<Boolean> flush(Collection<SpanInbox> inboxes) {
		CompletableFuture<Boolean> accepted = new CompletableFuture<>();
		tell(() -> flush(inboxes, accepted));
		return this.thread.isClosed() ? CompletableFuture.completedFuture(true) : accepted;
	}

	// Wait until log messages are written.
	void awaitLog(Duration timeout) {
		this.log.await((timeout.compareTo(CLOSE_TIME) < 0) ? timeout : CLOSE_TIME);
	}

	private void flush(Collection<SpanInbox> inboxes, CompletableFuture<Boolean> accepted) {
		long now = System.nanoTime();
		List<SpanQueue> flushed = inboxes.stream().filter((inbox) -> !inbox.isUnused()).map(this::queue).toList();
		flushed.forEach((queue) -> queue.collect(now));
		// Spans that are dropped for room here count as lost before the flush.
		makeRoom();
		List<CompletableFuture<Boolean>> flushes = flushed.stream().map((queue) -> queue.flush(now)).toList();
		CompletableFuture.allOf(flushes.toArray(CompletableFuture[]::new))
			.thenRun(() -> this.news.add(() -> accepted.complete(flushes.stream().allMatch(CompletableFuture::join))));
		accepted.thenRun(() -> tell(() -> flushes.forEach((flush) -> flush.complete(false))));
	}

	// Drop unsent spans and release all threads. Spans in an inbox count as lost from
	// then on, even if the worker does not return.
	void close(Collection<SpanInbox> inboxes) {
		this.thread.close(() -> {
			readArrivals();
			inboxes.forEach(this::close);
			tellNews();
		}, CLOSE_TIME);
		inboxes.forEach(SpanInbox::end);
		this.reads.close();
		this.transport.close();
		this.log.await(CLOSE_TIME);
	}

	void end(SpanInbox inbox, Runnable ended) {
		tell(() -> {
			close(inbox);
			this.queues.remove(inbox.queue());
			ended.run();
		});
	}

	private void close(SpanInbox inbox) {
		int count = inbox.isUnused() ? inbox.end() : queue(inbox).close();
		if (count > 0) {
			this.log.abandoned(inbox.settings().key(), count, inbox.isOfExperiment());
		}
	}

}
