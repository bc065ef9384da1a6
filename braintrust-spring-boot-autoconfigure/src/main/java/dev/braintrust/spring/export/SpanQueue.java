package dev.braintrust.spring.export;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import org.jspecify.annotations.Nullable;

/**
 * The waiting spans of one project and the request that is under way for it. Guarded by
 * the lock of its {@link SpanPipeline}; all times are of {@link System#nanoTime()}.
 *
 * @param <S> the type of a span that waits
 */
final class SpanQueue<S> {

	private final ExportTarget target;

	private final SpanReader<S> reader;

	private final Queue<S> waiting = new ArrayDeque<>();

	private @Nullable SpanBatch<S> batch;

	private boolean inFlight;

	private boolean full;

	private int attempts;

	private long dueAt;

	private long added;

	private long settled;

	private long failed;

	private long rejected;

	private long flushUpTo;

	SpanQueue(ExportTarget target, SpanReader<S> reader) {
		this.target = target;
		this.reader = reader;
	}

	ExportTarget target() {
		return this.target;
	}

	SpanReader<S> reader() {
		return this.reader;
	}

	int size() {
		return this.waiting.size();
	}

	void add(S span, long dueAt) {
		if (isIdle()) {
			this.dueAt = dueAt;
		}
		this.waiting.add(span);
		this.added++;
	}

	/**
	 * Count a span that found no place.
	 * @return whether it is the first one since the queue was empty
	 */
	boolean reject() {
		boolean first = !this.full;
		this.full = true;
		this.rejected++;
		return first;
	}

	/**
	 * Ask for what has been added so far to be sent without delay.
	 * @param now the time
	 * @return what is asked for
	 */
	Flush flush(long now) {
		this.flushUpTo = this.added;
		this.dueAt = now;
		return new Flush(this, this.added, this.failed);
	}

	/**
	 * The number of spans that were not accepted and are gone.
	 * @return the number so far
	 */
	long lost() {
		return this.failed + this.rejected;
	}

	boolean isIdle() {
		return this.waiting.isEmpty() && this.batch == null;
	}

	/**
	 * How long until this queue wants to send.
	 * @param now the time
	 * @param batchSize the number of spans that do not wait for more
	 * @return nanoseconds, 0 if at once, {@link Long#MAX_VALUE} if nothing is to be sent
	 */
	long delay(long now, int batchSize) {
		if (this.inFlight || isIdle()) {
			return Long.MAX_VALUE;
		}
		boolean hurried = this.batch == null && (this.waiting.size() >= batchSize || this.settled < this.flushUpTo);
		return hurried ? 0 : Math.max(0, this.dueAt - now);
	}

	/**
	 * Take the next spans to send: those of the last failed attempt, or new ones.
	 * @param batchSize the number of spans at the most
	 * @return the spans, {@code null} if they were given up
	 */
	@Nullable SpanBatch<S> take(int batchSize) {
		if (this.batch == null && !this.waiting.isEmpty()) {
			List<S> spans = new ArrayList<>(Math.min(batchSize, this.waiting.size()));
			while (spans.size() < batchSize && !this.waiting.isEmpty()) {
				spans.add(this.waiting.remove());
			}
			this.batch = new SpanBatch<>(spans);
		}
		this.inFlight = true;
		this.attempts++;
		return this.batch;
	}

	int attempts() {
		return this.attempts;
	}

	/**
	 * The request was answered for good.
	 * @param accepted whether the spans were accepted
	 * @param nextDueAt when the spans that came meanwhile are due
	 */
	void settle(boolean accepted, long nextDueAt) {
		settle(batchSize(), accepted);
		this.batch = null;
		this.inFlight = false;
		this.attempts = 0;
		this.dueAt = nextDueAt;
		this.full = this.full && !this.waiting.isEmpty();
	}

	private int batchSize() {
		return (this.batch != null) ? this.batch.size() : 0;
	}

	private void settle(int count, boolean accepted) {
		this.settled += count;
		this.failed += accepted ? 0 : count;
	}

	/**
	 * The request failed in a way that may pass.
	 * @param retryAt when to try again
	 */
	void retry(long retryAt) {
		this.inFlight = false;
		this.dueAt = retryAt;
	}

	/**
	 * Give up everything.
	 * @return the number of spans given up
	 */
	int abandon() {
		int size = batchSize() + this.waiting.size();
		settle(size, false);
		this.batch = null;
		this.waiting.clear();
		return size;
	}

	/**
	 * The spans that a flush waits for.
	 *
	 * @param queue where they are
	 * @param upTo the number of spans that the queue must have settled
	 * @param failedBefore the number of those that had failed before
	 */
	record Flush(SpanQueue<?> queue, long upTo, long failedBefore) {

		boolean isDone() {
			return this.queue.settled >= this.upTo;
		}

		boolean isAccepted() {
			return this.queue.failed == this.failedBefore;
		}

	}

}
