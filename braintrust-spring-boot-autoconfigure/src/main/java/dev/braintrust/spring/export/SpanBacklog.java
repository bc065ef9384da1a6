package dev.braintrust.spring.export;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The waiting spans of one project, oldest first. Those that have lost their content are
 * the oldest ones, so the two kinds are kept one after the other.
 */
final class SpanBacklog {

	private static final int FEW = 8;

	private final Deque<QueuedSpan> bare = new ArrayDeque<>(FEW);

	private final Deque<QueuedSpan> whole = new ArrayDeque<>(FEW);

	private long bytes;

	void add(QueuedSpan span) {
		this.whole.add(span);
		this.bytes += span.bytes();
	}

	// Take spans back that are older than all that wait.
	void putBack(List<QueuedSpan> spans) {
		for (int i = spans.size() - 1; i >= 0; i--) {
			QueuedSpan span = spans.get(i);
			(span.isBare() ? this.bare : this.whole).addFirst(span);
			this.bytes += span.bytes();
		}
	}

	int size() {
		return this.bare.size() + this.whole.size();
	}

	boolean isEmpty() {
		return this.bare.isEmpty() && this.whole.isEmpty();
	}

	long bytes() {
		return this.bytes;
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

	// Remove the content of the oldest span that has any.
	boolean strip() {
		for (QueuedSpan span = this.whole.poll(); span != null; span = this.whole.poll()) {
			QueuedSpan stripped = span.withoutContent(LossReason.QUEUE_FULL);
			this.bare.add(stripped);
			this.bytes += stripped.bytes() - span.bytes();
			if (stripped != span) {
				return true;
			}
		}
		return false;
	}

	// Remove the oldest span.
	boolean lose() {
		List<QueuedSpan> oldest = poll(1, Long.MAX_VALUE);
		oldest.forEach(QueuedSpan::lost);
		return !oldest.isEmpty();
	}

	// Remove all spans.
	int clear() {
		int size = size();
		while (lose()) {
			// Until there is none.
		}
		return size;
	}

}
