package dev.braintrust.spring.export;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The waiting spans of one project, oldest first. Those that have lost their content are
 * the oldest ones, so the two kinds are kept one after the other. Guarded by the lock of
 * {@link SpanQueues}.
 *
 * @param <S> the type of the spans
 */
final class SpanBacklog<S> {

	private static final int FEW = 8;

	private final Deque<QueuedSpan<S>> bare = new ArrayDeque<>(FEW);

	private final Deque<QueuedSpan<S>> whole = new ArrayDeque<>(FEW);

	private long bytes;

	void add(QueuedSpan<S> span) {
		this.whole.add(span);
		this.bytes += span.bytes();
	}

	// Take spans back that are older than all that wait, and have no content.
	void putBack(List<QueuedSpan<S>> spans) {
		for (int i = spans.size() - 1; i >= 0; i--) {
			this.bare.addFirst(spans.get(i));
			this.bytes += spans.get(i).bytes();
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
		return isEmpty() ? 0 : oldest().element().bytes();
	}

	private Deque<QueuedSpan<S>> oldest() {
		return this.bare.isEmpty() ? this.whole : this.bare;
	}

	// Remove the oldest spans.
	List<QueuedSpan<S>> poll(int maxSpans, long maxBytes) {
		List<QueuedSpan<S>> spans = new ArrayList<>(Math.min(maxSpans, size()));
		long taken = 0;
		while (spans.size() < maxSpans && !isEmpty()) {
			Deque<QueuedSpan<S>> oldest = oldest();
			taken += oldest.element().bytes();
			if (taken > maxBytes && !spans.isEmpty()) {
				break;
			}
			QueuedSpan<S> span = oldest.remove();
			this.bytes -= span.bytes();
			spans.add(span);
		}
		return spans;
	}

	// Remove the content of the oldest span that has any.
	boolean strip(SpanReader<S> reader) {
		for (QueuedSpan<S> span = this.whole.peek(); span != null; span = this.whole.peek()) {
			QueuedSpan<S> stripped = span.withoutContent(reader, LossReason.QUEUE_FULL);
			this.whole.remove();
			this.bare.add(stripped);
			this.bytes += stripped.bytes() - span.bytes();
			if (stripped != span) {
				return true;
			}
		}
		return false;
	}

	@Nullable QueuedSpan<S> lose() {
		List<QueuedSpan<S>> oldest = poll(1, Long.MAX_VALUE);
		return oldest.isEmpty() ? null : oldest.get(0);
	}

	// Remove all spans.
	int clear() {
		int size = size();
		this.bare.clear();
		this.whole.clear();
		this.bytes = 0;
		return size;
	}

}
