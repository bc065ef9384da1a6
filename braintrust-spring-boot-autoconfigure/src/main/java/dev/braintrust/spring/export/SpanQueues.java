package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The queues of all projects under one lock, and the waiting for them: the worker waits
 * for what is due, a flush for what is settled. The lock is held for short steps only,
 * never while something is encoded, sent or logged.
 */
final class SpanQueues {

	private final Pace pace;

	private final SpanBudget budget;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition work = this.lock.newCondition();

	private final Condition settled = this.lock.newCondition();

	private final List<SpanQueue<?>> queues = new ArrayList<>();

	private long takes;

	private boolean closed;

	SpanQueues(Pace pace, QueueLimits limits) {
		this.pace = pace;
		this.budget = new SpanBudget(limits);
	}

	<S> SpanQueue<S> create(ExportTarget target, SpanReader<S> reader) {
		this.lock.lock();
		try {
			SpanQueue<S> queue = new SpanQueue<>(target, reader, this.budget);
			this.budget.add(queue);
			this.queues.add(queue);
			if (this.closed) {
				queue.close();
			}
			return queue;
		}
		finally {
			this.lock.unlock();
		}
	}

	<S> Admission add(SpanQueue<S> queue, QueuedSpan<S> span) {
		this.lock.lock();
		try {
			if (this.closed) {
				queue.reject();
				return Admission.CLOSED;
			}
			if (queue.add(span, afterInterval())) {
				this.work.signal();
			}
			this.budget.makeRoom(queue);
			if (this.budget.hasNewlyFull()) {
				// The worker says it: logging may take its time.
				this.work.signal();
			}
			return Admission.ADDED;
		}
		finally {
			this.lock.unlock();
		}
	}

	// Add a span that could not be read before.
	<S> void resume(SpanQueue<S> queue, QueuedSpan<S> span, long bytesBefore) {
		this.lock.lock();
		try {
			if (!this.closed) {
				queue.resume(span, bytesBefore, System.nanoTime());
				this.budget.makeRoom(queue);
				this.work.signal();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	// The targets that had to give way for the first time since nothing of theirs waited,
	// each told once.
	List<ExportTarget> newlyFull() {
		return locked(this.budget::takeNewlyFull);
	}

	// Wait until something is to be sent.
	@Nullable List<SpanQueue<?>> awaitDue() throws InterruptedException {
		this.lock.lock();
		try {
			while (!this.closed) {
				List<SpanQueue<?>> due = new ArrayList<>();
				long wait = Long.MAX_VALUE;
				long now = System.nanoTime();
				for (SpanQueue<?> queue : this.queues) {
					long delay = queue.delay(now);
					if (delay == 0) {
						due.add(queue);
					}
					wait = Math.min(wait, delay);
				}
				if (!due.isEmpty() || this.budget.hasNewlyFull()) {
					// So whoever had to wait for others, whatever for, comes before them.
					due.sort(Comparator.comparingLong(SpanQueue::lastTaken));
					return due;
				}
				this.work.awaitNanos(wait);
			}
			return null;
		}
		finally {
			this.lock.unlock();
		}
	}

	// Take the next spans to send. Their queue has no others to send until answered is
	// called.
	<S> @Nullable SpanBatch<S> take(SpanQueue<S> queue, boolean slow) {
		this.lock.lock();
		try {
			return queue.take(slow, ++this.takes, System.nanoTime());
		}
		finally {
			this.lock.unlock();
		}
	}

	// The messages of the spans that were taken have been made.
	<S> void made(SpanQueue<S> queue, SpanBatch<S> batch, SpanMessages.Made<S> made) {
		this.lock.lock();
		try {
			queue.made(batch, made);
			this.budget.makeRoom(queue);
			// Also a flush that waited for spans which now wait elsewhere.
			this.settled.signalAll();
			this.work.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	// A request is about to be sent.
	int requested(SpanQueue<?> queue) {
		this.lock.lock();
		try {
			return this.closed ? 0 : queue.requested();
		}
		finally {
			this.lock.unlock();
		}
	}

	// Decide what is to become of a request, before answered does it.
	RequestTries.Outcome outcome(SpanQueue<?> queue, Answer answer) {
		return locked(() -> queue.outcome(answer, System.nanoTime(), this.pace));
	}

	void answered(SpanQueue<?> queue, Answer answer, RequestTries.Outcome outcome) {
		this.lock.lock();
		try {
			if (this.closed) {
				return;
			}
			long now = System.nanoTime();
			long notBefore = now + TimeUnit.NANOSECONDS.convert(answer.retryAfter());
			switch (outcome) {
				case REPEATED ->
					queue.retry(answer, later(notBefore, now + this.pace.pause(queue.attempts())), notBefore);
				case TOO_LARGE -> queue.shrink(answer, now, notBefore, notBefore);
				case SHRUNK -> queue.shrink(answer, now, later(notBefore, now + this.pace.pause(1)), notBefore);
				case SETTLED, GIVEN_UP -> {
					queue.settle(answer, now, afterInterval());
					this.settled.signalAll();
				}
			}
			this.budget.makeRoom(queue);
			this.work.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	private static long later(long one, long another) {
		return (one - another > 0) ? one : another;
	}

	// Have what has been added so far sent, and wait for it.
	boolean flush(@Nullable Collection<SpanQueue<?>> flushed, Duration timeout) throws InterruptedException {
		long remaining = TimeUnit.NANOSECONDS.convert(timeout);
		boolean accepted = true;
		this.lock.lock();
		try {
			List<FlushProgress.Flush> flushes = flushes((flushed != null) ? flushed : this.queues);
			while (true) {
				accepted &= flushes.stream()
					.filter(FlushProgress.Flush::isDone)
					.allMatch(FlushProgress.Flush::isAccepted);
				flushes.removeIf(FlushProgress.Flush::isDone);
				if (flushes.isEmpty() || remaining <= 0) {
					flushes.forEach(FlushProgress.Flush::giveUp);
					return accepted && flushes.isEmpty();
				}
				remaining = this.settled.awaitNanos(remaining);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<FlushProgress.Flush> flushes(Collection<SpanQueue<?>> flushed) {
		long now = System.nanoTime();
		List<FlushProgress.Flush> flushes = flushed.stream()
			.map((queue) -> queue.flush(now))
			.collect(Collectors.toCollection(ArrayList::new));
		this.work.signal();
		return flushes;
	}

	// Give up everything that is left, and take nothing from now on.
	Map<ExportTarget, Integer> close() {
		Map<ExportTarget, Integer> abandoned = new LinkedHashMap<>();
		this.lock.lock();
		try {
			this.closed = true;
			for (SpanQueue<?> queue : this.queues) {
				int count = queue.close();
				if (count > 0) {
					abandoned.put(queue.target(), count);
				}
			}
			this.work.signal();
			this.settled.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		return abandoned;
	}

	boolean isIdle() {
		return locked(() -> this.queues.stream().allMatch(SpanQueue::isIdle));
	}

	boolean isClosed() {
		return locked(() -> this.closed);
	}

	ExportStatus status(SpanQueue<?> queue) {
		return locked(queue::status);
	}

	private <T> T locked(Supplier<T> step) {
		this.lock.lock();
		try {
			return step.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	private long afterInterval() {
		return System.nanoTime() + this.pace.interval().toNanos();
	}

	/**
	 * What became of a span that ended.
	 */
	enum Admission {

		// It waits to be sent.
		ADDED,

		// It came too late.
		CLOSED

	}

}
