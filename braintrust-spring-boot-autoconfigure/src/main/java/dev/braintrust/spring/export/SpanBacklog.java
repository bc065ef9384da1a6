package dev.braintrust.spring.export;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The queued spans of one project, oldest first. The oldest spans lose their content
 * first, so spans without content are kept in one deque, before the deque of whole spans.
 * Spans that cannot be read yet are kept aside.
 */
final class SpanBacklog {

	private static final int FEW = 8;

	private final Deque<QueuedSpan> bare = new ArrayDeque<>(FEW);

	private final Deque<QueuedSpan> whole = new ArrayDeque<>(FEW);

	// Spans that could not be read yet.
	private final Set<QueuedSpan> awaiting = new LinkedHashSet<>(0);

	private final SpanCounts counts;

	private long bytes;

	private long awaitingBytes;

	SpanBacklog(SpanCounts counts) {
		this.counts = counts;
	}

	void add(QueuedSpan span) {
		this.whole.add(span);
		this.bytes += span.bytes();
		this.counts.added();
	}

	// Put back spans that are older than all queued spans.
	void putBack(List<QueuedSpan> spans) {
		for (int i = spans.size() - 1; i >= 0; i--) {
			QueuedSpan span = spans.get(i);
			(span.isBare() ? this.bare : this.whole).addFirst(span);
			this.bytes += span.bytes();
		}
	}

	// Keep spans aside until they can be read.
	void await(List<QueuedSpan> spans) {
		this.awaiting.addAll(spans);
		spans.forEach((span) -> this.awaitingBytes += span.bytes());
	}

	// Stop keeping a span aside. Return whether it was still there, and not
	// lost meanwhile.
	boolean resume(QueuedSpan span) {
		boolean awaited = this.awaiting.remove(span);
		this.awaitingBytes -= awaited ? span.bytes() : 0;
		return awaited;
	}

	// Return the number of spans that can be read.
	int size() {
		return this.bare.size() + this.whole.size();
	}

	boolean isEmpty() {
		return this.bare.isEmpty() && this.whole.isEmpty();
	}

	// Return the number of all spans.
	int all() {
		return size() + this.awaiting.size();
	}

	// Return the size of the spans that can be read.
	long bytes() {
		return this.bytes;
	}

	long allBytes() {
		return this.bytes + this.awaitingBytes;
	}

	long oldestBytes() {
		return isEmpty() ? 0 : oldest().element().requestBytes();
	}

	private Deque<QueuedSpan> oldest() {
		return this.bare.isEmpty() ? this.whole : this.bare;
	}

	// Remove the oldest spans.
	List<QueuedSpan> poll(int maxSpans, long maxBytes) {
		List<QueuedSpan> spans = new ArrayList<>(Math.min(maxSpans, size()));
		long taken = 0;
		while (spans.size() < maxSpans && !isEmpty()) {
			Deque<QueuedSpan> oldest = oldest();
			taken += oldest.element().requestBytes();
			if (taken > maxBytes && !spans.isEmpty()) {
				break;
			}
			QueuedSpan span = oldest.remove();
			this.bytes -= span.bytes();
			spans.add(span);
		}
		return spans;
	}

	// Drop the content of the oldest span that has any. A span that is kept aside has
	// nothing to wait for then.
	boolean strip() {
		for (QueuedSpan span : this.awaiting) {
			resume(span);
			add(span.withoutContent(LossReason.QUEUE_FULL));
			this.counts.contentLost(LossReason.QUEUE_FULL, 1);
			return true;
		}
		for (QueuedSpan span = this.whole.poll(); span != null; span = this.whole.poll()) {
			QueuedSpan stripped = span.withoutContent(LossReason.QUEUE_FULL);
			this.bare.add(stripped);
			this.bytes += stripped.bytes() - span.bytes();
			if (stripped != span) {
				this.counts.contentLost(LossReason.QUEUE_FULL, 1);
				return true;
			}
		}
		return false;
	}

	// Drop the oldest span.
	boolean lose() {
		if (!isEmpty() || strip()) {
			poll(1, Long.MAX_VALUE).forEach(QueuedSpan::lost);
			this.counts.lostBehind(LossReason.QUEUE_FULL);
			return true;
		}
		return false;
	}

	// Drop all spans for good. Return their number.
	int close() {
		int all = all();
		this.awaiting.forEach(QueuedSpan::lost);
		poll(Integer.MAX_VALUE, Long.MAX_VALUE).forEach(QueuedSpan::lost);
		this.awaiting.clear();
		this.awaitingBytes = 0;
		this.counts.settled(all, all, LossReason.SHUTDOWN);
		return all;
	}

}
