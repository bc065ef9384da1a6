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
 * Owns the queues of all projects: one thread decides what is sent when, and what gives
 * way. All others leave it a span or a message, which takes no lock, and go on. Nothing
 * runs on it that may take its time: no code of the application, no log, no encoding.
 */
final class ExportWorker {

	private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(10);

	private static final Duration CLOSE_TIME = Duration.ofMillis(500);

	private final Queue<SpanInbox> arrivals = new ConcurrentLinkedQueue<>();

	private final ExportThread thread = new ExportThread(this::work);

	private final List<SpanQueue> queues = new ArrayList<>();

	// What is to be told once it can be seen how things are.
	private final List<Runnable> news = new ArrayList<>();

	private final ExportLog log = new ExportLog();

	private final SpanReads reads;

	private final SpanTransport transport;

	private final Pace pace;

	private final SpanBudget budget;

	private long takes;

	private volatile long inboxShare;

	ExportWorker(SpanTransport transport, Pace pace, QueueLimits limits, MemoryBudget memory) {
		this.transport = transport;
		this.pace = pace;
		this.budget = new SpanBudget(limits, memory);
		this.inboxShare = this.budget.inboxShare();
		this.reads = new SpanReads(this, limits);
	}

	// Take a span that ended, on the thread that ended it.
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
			this.log.closed(inbox.settings().key(), inbox.isOfExperiment());
			return;
		}
		if (inbox.queue() == null) {
			this.arrivals.add(inbox);
		}
		this.thread.wake();
	}

	// Have the worker do something.
	void tell(Runnable message) {
		this.thread.tell(message);
	}

	// Do what is to be done. Returns how long nothing else is.
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
		// So whoever had to wait for others, whatever for, comes before them.
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

	// A batch was read.
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

	// A request has been answered, or could not be made.
	void answered(SpanQueue queue, Reply reply) {
		long now = System.nanoTime();
		long notBefore = now + reply.retryAfter().toNanos();
		RequestTries.Outcome outcome = queue.request().outcome(reply, now, this.pace);
		boolean over = outcome == RequestTries.Outcome.SETTLED || outcome == RequestTries.Outcome.GIVEN_UP;
		if (this.thread.isClosed() && !over) {
			// Nothing is repeated any more.
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

	// Send what has been added so far. Whoever completes it waits no longer.
	CompletableFuture<Boolean> flush(Collection<SpanInbox> inboxes) {
		CompletableFuture<Boolean> accepted = new CompletableFuture<>();
		tell(() -> flush(inboxes, accepted));
		return this.thread.isClosed() ? CompletableFuture.completedFuture(true) : accepted;
	}

	// Wait for what is logged.
	void awaitLog(Duration timeout) {
		this.log.await((timeout.compareTo(CLOSE_TIME) < 0) ? timeout : CLOSE_TIME);
	}

	private void flush(Collection<SpanInbox> inboxes, CompletableFuture<Boolean> accepted) {
		long now = System.nanoTime();
		List<SpanQueue> flushed = inboxes.stream().filter((inbox) -> !inbox.isUnused()).map(this::queue).toList();
		flushed.forEach((queue) -> queue.collect(now));
		// What is lost for room that was added before was lost before, too.
		makeRoom();
		List<CompletableFuture<Boolean>> flushes = flushed.stream().map((queue) -> queue.flush(now)).toList();
		CompletableFuture.allOf(flushes.toArray(CompletableFuture[]::new))
			.thenRun(() -> this.news.add(() -> accepted.complete(flushes.stream().allMatch(CompletableFuture::join))));
		accepted.thenRun(() -> tell(() -> flushes.forEach((flush) -> flush.complete(false))));
	}

	// Give up what is left and release all threads. What is left in an inbox counts
	// as lost from then on, also if the worker does not return.
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
