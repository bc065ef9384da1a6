package dev.braintrust.spring.export;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Spans that are sent together, in one request or, where one would be too large, in
 * several after each other. The messages are made once, however often a request is
 * repeated; from then on the spans are kept without their content.
 * <p>
 * While a request is under way, it belongs to what sends; otherwise it is guarded by the
 * lock of {@link SpanQueues}.
 *
 * @param <S> the type of the spans
 */
final class SpanBatch<S> {

	private final Deque<Part<S>> parts = new ArrayDeque<>(2);

	private boolean made;

	private int size;

	private long bytes;

	SpanBatch(List<QueuedSpan<S>> spans) {
		set(List.of(new Part<>(spans, 0, new byte[0])));
	}

	boolean isMade() {
		return this.made;
	}

	/**
	 * The spans of the next request.
	 * @return the spans
	 */
	List<QueuedSpan<S>> spans() {
		return this.parts.element().spans();
	}

	byte[] message() {
		return this.parts.element().message();
	}

	/**
	 * The messages were made.
	 * @param parts the messages, in order
	 */
	void made(List<Part<S>> parts) {
		this.made = true;
		set(parts);
	}

	private void set(List<Part<S>> parts) {
		this.parts.clear();
		this.parts.addAll(parts);
		this.size = parts.stream().mapToInt((part) -> part.spans().size()).sum();
		this.bytes = parts.stream().mapToLong(Part::bytes).sum();
	}

	/**
	 * The next request is done with.
	 */
	void next() {
		Part<S> done = this.parts.remove();
		this.size -= done.spans().size();
		this.bytes -= done.bytes();
	}

	boolean isEmpty() {
		return this.parts.isEmpty();
	}

	int size() {
		return this.size;
	}

	long bytes() {
		return this.bytes;
	}

	/**
	 * How many spans have content in a message.
	 * @return the number
	 */
	int whole() {
		return this.parts.stream().mapToInt(Part::whole).sum();
	}

	/**
	 * The spans without what was made of them.
	 * @return the spans, in order
	 */
	List<QueuedSpan<S>> unmade() {
		List<QueuedSpan<S>> spans = new ArrayList<>();
		this.parts.forEach((part) -> spans.addAll(part.spans()));
		return spans;
	}

	/**
	 * What goes in one request.
	 *
	 * @param spans the spans; without their content, once there is a message
	 * @param whole how many of them have content in the message
	 * @param message the message
	 * @param <S> the type of the spans
	 */
	record Part<S>(List<QueuedSpan<S>> spans, int whole, byte[] message) {

		long bytes() {
			long bytes = this.message.length;
			for (QueuedSpan<S> span : this.spans) {
				bytes += span.bytes();
			}
			return bytes;
		}

	}

}
