package dev.braintrust.spring.export;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * The waiting spans of one project and the request that is under way for it. Guarded by
 * the lock of its {@link SpanPipeline}; all times are of {@link System#nanoTime()}.
 */
final class SpanQueue {

	private final ExportTarget target;

	private final Queue<ReadableSpan> waiting = new ArrayDeque<>();

	private List<SpanData> batch = List.of();

	private boolean inFlight;

	private int attempts;

	private long dueAt;

	private long added;

	private long settled;

	private long lost;

	private long flushUpTo;

	SpanQueue(ExportTarget target) {
		this.target = target;
	}

	ExportTarget target() {
		return this.target;
	}

	int size() {
		return this.waiting.size();
	}

	void add(ReadableSpan span, long dueAt) {
		if (this.waiting.isEmpty() && this.batch.isEmpty()) {
			this.dueAt = dueAt;
		}
		this.waiting.add(span);
		this.added++;
	}

	/**
	 * Count a span that found no place.
	 */
	void reject() {
		this.added++;
		this.settled++;
		this.lost++;
	}

	/**
	 * Ask for what has been added so far to be sent without delay.
	 */
	void hurry() {
		this.flushUpTo = this.added;
	}

	boolean isSettled(long upTo) {
		return this.settled >= upTo;
	}

	long added() {
		return this.added;
	}

	long lost() {
		return this.lost;
	}

	boolean isIdle() {
		return this.waiting.isEmpty() && this.batch.isEmpty();
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
		boolean hurried = this.batch.isEmpty() && (this.waiting.size() >= batchSize || this.settled < this.flushUpTo);
		return hurried ? 0 : Math.max(0, this.dueAt - now);
	}

	/**
	 * Take the next spans to send: those of the last failed attempt, or new ones.
	 * @param batchSize the number of spans at the most
	 * @return the spans, at least one
	 */
	List<SpanData> take(int batchSize) {
		if (this.batch.isEmpty()) {
			List<SpanData> batch = new ArrayList<>(Math.min(batchSize, this.waiting.size()));
			for (ReadableSpan span = this.waiting.poll(); span != null; span = this.waiting.poll()) {
				batch.add(span.toSpanData());
				if (batch.size() == batchSize) {
					break;
				}
			}
			this.batch = batch;
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
	 * @return the number of spans of the request
	 */
	int settle(boolean accepted, long nextDueAt) {
		int size = this.batch.size();
		this.settled += size;
		this.lost += accepted ? 0 : size;
		this.batch = List.of();
		this.inFlight = false;
		this.attempts = 0;
		this.dueAt = nextDueAt;
		return size;
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
		int size = this.batch.size() + this.waiting.size();
		this.settled += size;
		this.lost += size;
		this.batch = List.of();
		this.waiting.clear();
		return size;
	}

}
