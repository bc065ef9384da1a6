package dev.braintrust.spring.export;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What the spans of all projects hold together. When it is too much, the project that
 * holds its share or more gives way: first the content of its oldest spans, then, when no
 * content is left, its oldest spans. So a project that holds less than its share loses
 * nothing to another. Guarded by the lock of {@link SpanQueues}.
 */
final class SpanBudget {

	private final QueueLimits limits;

	private final Map<String, Destination> destinations = new HashMap<>();

	private final List<SpanQueue<?>> queues = new ArrayList<>();

	private final List<ExportTarget> newlyFull = new ArrayList<>();

	private long bytes;

	private long spans;

	private long underWay;

	private int slowReads;

	private int active;

	SpanBudget(QueueLimits limits) {
		this.limits = limits;
	}

	void add(SpanQueue<?> queue) {
		this.queues.add(queue);
	}

	// The server that a target belongs to.
	Destination destination(ExportTarget target) {
		return this.destinations.computeIfAbsent(target.endpoint().getAuthority(), (authority) -> new Destination());
	}

	void change(long bytes, long spans, long underWay, int active) {
		this.bytes += bytes;
		this.underWay += underWay;
		this.spans += spans;
		this.active += active;
	}

	long requestShare() {
		return this.limits.requestShare(this.active, this.underWay);
	}

	// Whether another request may be under way. Requests hold half of the room at the
	// most; where servers do not answer, a quarter more is for small ones, so that other
	// projects go on.
	boolean admits(long size) {
		long half = this.limits.maxBytes() / 2;
		return this.underWay < half || (size <= this.limits.smallRequest() && this.underWay < half + half / 2);
	}

	// Whether another request may be read where reading takes its time. What waits for
	// that stays in its queue, so that filters that hang hold no more than they read.
	boolean admitsSlowRead() {
		return this.slowReads < SlowReaders.THREADS;
	}

	void slowReadStarted() {
		this.slowReads++;
	}

	void slowReadEnded() {
		this.slowReads--;
	}

	// Have queues give way until there is room. Where requests under way hold all of it,
	// there is none until they are answered or fail.
	void makeRoom(SpanQueue<?> latest) {
		boolean lost = true;
		while (lost && this.bytes > this.limits.maxBytes()) {
			SpanQueue<?> queue = isShare(latest.movableBytes(), this.limits.maxBytes()) ? latest
					: most(SpanQueue::movableBytes);
			do {
				lost = queue.loseContent() || queue.loseSpan();
				note(queue, lost);
			}
			while (lost && this.bytes > this.limits.maxBytes()
					&& isShare(queue.movableBytes(), this.limits.maxBytes()));
		}
		lost = true;
		while (lost && this.spans > this.limits.maxSpans()) {
			SpanQueue<?> queue = isShare(latest.movableSpans(), this.limits.maxSpans()) ? latest
					: most(SpanQueue::movableSpans);
			lost = queue.loseSpan();
			note(queue, lost);
		}
	}

	private boolean isShare(long held, long all) {
		return held >= all / Math.max(1, this.active);
	}

	private SpanQueue<?> most(ToLongFunction<SpanQueue<?>> held) {
		return this.queues.stream().max(Comparator.comparingLong(held)).orElseThrow();
	}

	private void note(SpanQueue<?> queue, boolean lost) {
		if (lost && queue.account().isFirstLoss()) {
			this.newlyFull.add(queue.target());
		}
	}

	boolean hasNewlyFull() {
		return !this.newlyFull.isEmpty();
	}

	// The targets that had to give way for the first time since nothing of theirs waited,
	// each told once.
	List<ExportTarget> takeNewlyFull() {
		List<ExportTarget> targets = List.copyOf(this.newlyFull);
		this.newlyFull.clear();
		return targets;
	}

	@Override
	public String toString() {
		return this.bytes + " bytes, " + this.spans + " spans, " + this.active + " active";
	}

}
