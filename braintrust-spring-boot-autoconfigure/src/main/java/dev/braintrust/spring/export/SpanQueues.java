package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The queues of all projects under one lock, and the waiting for them: the worker waits
 * for what is due, a flush for what is settled. The lock is held for short steps only,
 * never while something is encoded, sent or logged.
 */
final class SpanQueues {

	static final int QUEUE_SIZE = 4096;

	static final int BATCH_SIZE = 512;

	private final Pace pace;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition work = this.lock.newCondition();

	private final Condition settled = this.lock.newCondition();

	private final List<SpanQueue<?>> queues = new ArrayList<>();

	private boolean closed;

	SpanQueues(Pace pace) {
		this.pace = pace;
	}

	<S> SpanQueue<S> create(ExportTarget target, SpanReader<S> reader) {
		SpanQueue<S> queue = new SpanQueue<>(target, reader);
		this.lock.lock();
		try {
			this.queues.add(queue);
		}
		finally {
			this.lock.unlock();
		}
		return queue;
	}

	<S> Admission add(SpanQueue<S> queue, S span) {
		this.lock.lock();
		try {
			if (this.closed) {
				queue.reject();
				return Admission.CLOSED;
			}
			if (queue.size() >= QUEUE_SIZE) {
				return queue.reject() ? Admission.FULL : Admission.STILL_FULL;
			}
			queue.add(span, afterInterval());
			if (queue.size() == 1 || queue.size() == BATCH_SIZE) {
				this.work.signal();
			}
			return Admission.ADDED;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait until something is to be sent.
	 * @return the queues to send from, none once the queues are closed
	 * @throws InterruptedException if interrupted while waiting
	 */
	List<SpanQueue<?>> awaitDue() throws InterruptedException {
		this.lock.lock();
		try {
			while (!this.closed) {
				List<SpanQueue<?>> due = new ArrayList<>();
				long wait = Long.MAX_VALUE;
				long now = System.nanoTime();
				for (SpanQueue<?> queue : this.queues) {
					long delay = queue.delay(now, BATCH_SIZE);
					if (delay == 0) {
						due.add(queue);
					}
					wait = Math.min(wait, delay);
				}
				if (!due.isEmpty()) {
					return due;
				}
				this.work.awaitNanos(wait);
			}
			return List.of();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Take the next spans to send. Their queue has no others to send until
	 * {@link #answered} is called.
	 * @param queue the queue
	 * @param <S> the type of the spans
	 * @return the spans, {@code null} if they have been given up
	 */
	<S> @Nullable SpanBatch<S> take(SpanQueue<S> queue) {
		this.lock.lock();
		try {
			return queue.take(BATCH_SIZE);
		}
		finally {
			this.lock.unlock();
		}
	}

	void answered(SpanQueue<?> queue, Answer answer) {
		this.lock.lock();
		try {
			if (answer.mayPass()) {
				queue.retry(System.nanoTime() + this.pace.pause(queue.attempts()));
			}
			else {
				queue.settle(answer.isAccepted(), afterInterval());
				this.settled.signalAll();
			}
			this.work.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Have what has been added so far sent, and wait for it.
	 * @param timeout how long to wait at the most
	 * @return whether all of it was accepted in time
	 * @throws InterruptedException if interrupted while waiting
	 */
	boolean flush(Duration timeout) throws InterruptedException {
		long remaining = TimeUnit.NANOSECONDS.convert(timeout);
		boolean accepted = true;
		this.lock.lock();
		try {
			List<SpanQueue.Flush> flushes = flushes();
			while (true) {
				accepted &= flushes.stream().filter(SpanQueue.Flush::isDone).allMatch(SpanQueue.Flush::isAccepted);
				flushes.removeIf(SpanQueue.Flush::isDone);
				if (flushes.isEmpty() || remaining <= 0) {
					return accepted && flushes.isEmpty();
				}
				remaining = this.settled.awaitNanos(remaining);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<SpanQueue.Flush> flushes() {
		long now = System.nanoTime();
		List<SpanQueue.Flush> flushes = this.queues.stream()
			.map((queue) -> queue.flush(now))
			.collect(Collectors.toCollection(ArrayList::new));
		this.work.signal();
		return flushes;
	}

	/**
	 * Give up everything that is left, and take nothing from now on.
	 * @return the number of spans given up for each target that had any
	 */
	Map<ExportTarget, Integer> close() {
		Map<ExportTarget, Integer> abandoned = new LinkedHashMap<>();
		this.lock.lock();
		try {
			this.closed = true;
			for (SpanQueue<?> queue : this.queues) {
				if (!queue.isIdle()) {
					abandoned.put(queue.target(), queue.abandon());
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
		this.lock.lock();
		try {
			return this.queues.stream().allMatch(SpanQueue::isIdle);
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isClosed() {
		this.lock.lock();
		try {
			return this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The number of spans that were not accepted and are gone.
	 * @return the number so far, of all projects
	 */
	long lost() {
		this.lock.lock();
		try {
			return this.queues.stream().mapToLong(SpanQueue::lost).sum();
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

		/**
		 * It waits to be sent.
		 */
		ADDED,

		/**
		 * It is the first one that finds its queue full.
		 */
		FULL,

		/**
		 * Its queue has been full before, and not empty since.
		 */
		STILL_FULL,

		/**
		 * It came too late.
		 */
		CLOSED

	}

}
