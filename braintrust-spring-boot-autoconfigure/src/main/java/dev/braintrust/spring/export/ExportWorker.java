package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import dev.braintrust.spring.api.BackgroundThreads;
import dev.braintrust.spring.api.MemoryBudget;
import dev.braintrust.spring.api.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Owns the queues of all projects: one thread decides what is sent when, and what gives
 * way. All others leave it a span or a message, which takes no lock, and go on. Nothing
 * runs on it that may take its time: no code of the application, no log, no encoding.
 */
final class ExportWorker implements Runnable {

	private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(10);

	// How long a thread that floods waits for the worker before it gives up content.
	private static final long FLOODED = TimeUnit.MILLISECONDS.toNanos(1);

	private static final Duration CLOSE_TIME = Duration.ofMillis(500);

	private static final ThreadFactory THREADS = BackgroundThreads.named("braintrust-export");

	private final Queue<Runnable> messages = new ConcurrentLinkedQueue<>();

	private final Queue<SpanInbox> arrivals = new ConcurrentLinkedQueue<>();

	private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();

	// Two threads of the worker may be there for a moment. One of them works.
	private final ReentrantLock turn = new ReentrantLock();

	private final List<SpanQueue> queues = new ArrayList<>();

	// What is to be told once it can be seen how things are.
	private final List<Runnable> news = new ArrayList<>();

	private final ExportLog log = new ExportLog();

	private final SpanReads reads = new SpanReads();

	private final SpanTransport transport;

	private final Pace pace;

	private final SpanBudget budget;

	private final SpanMessages spanMessages;

	private long takes;

	private volatile long inboxShare;

	private volatile boolean closed;

	ExportWorker(SpanTransport transport, Pace pace, QueueLimits limits, MemoryBudget memory) {
		this.transport = transport;
		this.pace = pace;
		this.budget = new SpanBudget(limits, memory);
		this.inboxShare = this.budget.inboxShare();
		this.spanMessages = new SpanMessages(limits);
	}

	// Take a span that ended, on the thread that ended it.
	void add(SpanInbox inbox, WaitingSpan span) {
		long bytes = QueuedSpan.size(span);
		boolean stripped = bytes > QueuedSpan.BARE_BYTES && !inbox.isPaced() && isFlooded(inbox, bytes);
		boolean told = stripped ? inbox.push(span.withoutContent(LossReason.QUEUE_FULL), QueuedSpan.BARE_BYTES, true)
				: inbox.push(span, bytes, false);
		if (told) {
			arrived(inbox);
		}
	}

	private boolean isFlooded(SpanInbox inbox, long bytes) {
		long waiting = inbox.bytes();
		if (waiting == 0 || waiting + bytes <= this.inboxShare) {
			return false;
		}
		long taken = inbox.takenBytes();
		if (taken == inbox.gaveUpAt()) {
			// The worker has not come since somebody waited for it.
			return true;
		}
		long end = System.nanoTime() + FLOODED;
		while (inbox.bytes() > 0 && inbox.bytes() + bytes > this.inboxShare) {
			if (System.nanoTime() - end > 0) {
				inbox.gaveUpAt(taken);
				return true;
			}
			arrived(inbox);
			Thread.yield();
		}
		return false;
	}

	private void arrived(SpanInbox inbox) {
		if (inbox.isClosed()) {
			this.log.closed(inbox.settings().key());
			return;
		}
		if (inbox.queue() == null) {
			this.arrivals.add(inbox);
		}
		wake();
	}

	// Have the worker do something.
	private void tell(Runnable message) {
		this.messages.add(message);
		wake();
	}

	private void wake() {
		Thread worker = this.thread.get();
		if (worker != null && worker.isAlive()) {
			LockSupport.unpark(worker);
		}
		else if (!this.closed) {
			start(worker);
		}
	}

	private void start(@Nullable Thread dead) {
		Thread worker = THREADS.newThread(this);
		if (this.thread.compareAndSet(dead, worker)) {
			try {
				worker.start();
			}
			catch (OutOfMemoryError ex) {
				// There may be a thread to be had for the next span.
			}
		}
	}

	@Override
	public void run() {
		this.turn.lock();
		try {
			while (!this.closed && this.thread.get() == Thread.currentThread() && !Thread.interrupted()) {
				long wait = work();
				if (wait > 0) {
					LockSupport.parkNanos(this, wait);
				}
			}
		}
		finally {
			// Whatever ended it, the next span starts another one.
			this.turn.unlock();
		}
	}

	// Do what is to be done. Returns how long nothing else is.
	private long work() {
		readMessages();
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

	private void readMessages() {
		for (Runnable message = this.messages.poll(); message != null; message = this.messages.poll()) {
			message.run();
		}
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
		if (batch == null) {
			return;
		}
		this.budget.survey(this.queues);
		if (batch.isReady()) {
			send(queue, batch);
		}
		else {
			read(queue, batch, now);
		}
	}

	private void read(SpanQueue queue, SpanBatch batch, long now) {
		boolean slow = queue.isSlow();
		try {
			this.reads.start(slow, now, (read) -> read(queue, batch, slow, (message) -> tell(() -> {
				this.reads.end(read);
				message.run();
			})));
		}
		catch (RuntimeException | Error ex) {
			// There is no thread to be had: that may pass.
			answered(queue, Reply.failed(new IllegalStateException(ex)));
		}
	}

	// Read on a thread for that, and say what the worker is to do then.
	private void read(SpanQueue queue, SpanBatch batch, boolean slow, Consumer<Runnable> then) {
		SpanReader reader = queue.reader();
		boolean stillSlow;
		try {
			stillSlow = reader.isSlow();
		}
		catch (RuntimeException | Error ex) {
			// A filter that cannot be made yet: that may pass.
			then.accept(() -> answered(queue, Reply.failed(new IllegalStateException(ex))));
			return;
		}
		if (stillSlow && !slow) {
			then.accept(queue::notRead);
			return;
		}
		SpanMessages.Made made;
		try {
			made = this.spanMessages.make(reader, queue.target(), batch);
		}
		catch (RuntimeException | Error ex) {
			then.accept(() -> answered(queue, Reply.unsendable(ex)));
			if (ex instanceof LinkageError error) {
				reader.incompatible(error);
			}
			return;
		}
		// A flush that sees the others settled must see what waits. A span is resumed
		// after
		// the queue knows that it waits, and before such a flush goes on.
		CompletableFuture<Void> known = new CompletableFuture<>();
		made.waiting().forEach((span) -> await(queue, span, known));
		then.accept(() -> {
			known.complete(null);
			queue.made(batch, made, stillSlow);
			send(queue, batch);
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
		tell(() -> queue.resume(span, resumed, System.nanoTime()));
	}

	private void send(SpanQueue queue, SpanBatch batch) {
		if (batch.isEmpty() || this.closed) {
			return;
		}
		int attempt = queue.requested();
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

	private void answered(SpanQueue queue, Reply reply) {
		long now = System.nanoTime();
		long notBefore = now + reply.retryAfter().toNanos();
		RequestTries.Outcome outcome = queue.outcome(reply, now, this.pace);
		boolean over = outcome == RequestTries.Outcome.SETTLED || outcome == RequestTries.Outcome.GIVEN_UP;
		if (this.closed && !over) {
			// Nothing is repeated any more.
			return;
		}
		this.log.answered(queue.target(), reply, outcome);
		switch (outcome) {
			case REPEATED -> queue.retry(reply, now + this.pace.backoff().pause(queue.attempts(), reply), notBefore);
			case TOO_LARGE -> queue.shrink(reply, now, notBefore, notBefore);
			case SHRUNK -> queue.shrink(reply, now, now + this.pace.backoff().pause(1, reply), notBefore);
			case SETTLED, GIVEN_UP -> queue.settle(reply, now, now + this.pace.interval().toNanos());
		}
	}

	// Send what has been added so far, and wait for it and for what is logged of it.
	boolean flush(Collection<SpanInbox> inboxes, Duration timeout) {
		long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
		CompletableFuture<Boolean> accepted = new CompletableFuture<>();
		if (this.closed) {
			return true;
		}
		tell(() -> flush(inboxes, accepted));
		try {
			return accepted.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (ExecutionException | TimeoutException ex) {
			return false;
		}
		finally {
			accepted.complete(false);
			this.log.await(Duration.ofNanos(Math.min(end - System.nanoTime(), CLOSE_TIME.toNanos())));
		}
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

	// Give up what is left and release all threads.
	void close(Collection<SpanInbox> inboxes) {
		this.closed = true;
		wake();
		boolean mine = false;
		try {
			mine = this.turn.tryLock(CLOSE_TIME.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		if (mine) {
			try {
				readMessages();
				inboxes.forEach(this::close);
				tellNews();
			}
			finally {
				this.turn.unlock();
			}
		}
		this.reads.close();
		this.transport.close();
		this.log.await(CLOSE_TIME);
	}

	// Give up what is left of one inbox, which is used no more.
	void end(SpanInbox inbox) {
		tell(() -> {
			close(inbox);
			this.queues.remove(inbox.queue());
		});
	}

	private void close(SpanInbox inbox) {
		if (inbox.isUnused()) {
			inbox.closeUnused();
			return;
		}
		int count = queue(inbox).close();
		if (count > 0) {
			this.log.abandoned(inbox.settings().key(), count);
		}
	}

	// Wait until the worker has seen what was done before.
	void await() {
		CompletableFuture<Void> seen = new CompletableFuture<>();
		tell(() -> this.news.add(() -> seen.complete(null)));
		if (!this.closed) {
			seen.join();
		}
	}

}
