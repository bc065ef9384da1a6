package dev.braintrust.spring.export;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * The spans of one batch. They are sent in one request, or in several in a row if one
 * would be too large. The messages are encoded once, however often a request is retried.
 * From then on the spans are kept without their content. A message that does not get
 * through is made smaller.
 * <p>
 * While its spans are read, a batch belongs to the reading thread, otherwise to the
 * worker.
 */
final class SpanBatch {

	private final Deque<Part> parts = new ArrayDeque<>(2);

	private boolean made;

	private boolean tooLarge;

	private boolean shrunk;

	private long maxBytes = Long.MAX_VALUE;

	private int size;

	private long bytes;

	// An empty batch.
	SpanBatch() {
	}

	SpanBatch(List<QueuedSpan> spans) {
		add(List.of(new Part(spans, new BitSet(), new byte[0], 0, false)));
	}

	// Whether the spans have been encoded into messages.
	boolean isMade() {
		return this.made;
	}

	// Whether the next message can be sent unchanged.
	boolean isReady() {
		return this.made && !this.tooLarge;
	}

	// The spans of the next request.
	List<QueuedSpan> spans() {
		return this.parts.element().spans();
	}

	// Which spans of the next request have content in its message.
	BitSet whole() {
		return this.parts.element().whole();
	}

	// The body of the next request.
	byte[] body() {
		return this.parts.element().body();
	}

	// The size of the next request before compression.
	int length() {
		return this.parts.element().length();
	}

	// Whether the spans of the next request were sent before, in a larger request.
	boolean isSentAgain() {
		return this.shrunk || this.parts.element().again();
	}

	// The maximum size of a request with several spans.
	long maxBytes() {
		return this.maxBytes;
	}

	// Set the maximum size of a request with several spans.
	void limit(long maxBytes) {
		this.maxBytes = maxBytes;
		this.tooLarge |= this.made && spans().size() > 1 && length() > maxBytes;
	}

	// Whether the next request can be made smaller: it has several spans, or content.
	boolean canShrink() {
		return this.made && (spans().size() > 1 || !whole().isEmpty());
	}

	// Let the next request be made smaller before it is sent again.
	void shrink() {
		this.tooLarge = true;
		this.shrunk = true;
	}

	// Replace the next request with the messages that were encoded for it.
	void made(List<Part> parts) {
		this.made = true;
		this.tooLarge = false;
		this.shrunk = false;
		next();
		add(parts);
	}

	private void add(List<Part> parts) {
		for (int i = parts.size() - 1; i >= 0; i--) {
			Part part = parts.get(i);
			this.parts.addFirst(part);
			this.size += part.spans().size();
			this.bytes += part.bytes();
		}
	}

	void next() {
		Part done = this.parts.remove();
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

	// Return the number of spans with content in a message.
	int contents() {
		return this.parts.stream().mapToInt((part) -> part.whole().cardinality()).sum();
	}

	// Return the spans without their messages.
	List<QueuedSpan> unmade() {
		List<QueuedSpan> spans = new ArrayList<>();
		this.parts.forEach((part) -> spans.addAll(part.spans()));
		return spans;
	}

	// One request: its spans, its body and its length before compression.
	record Part(List<QueuedSpan> spans, BitSet whole, byte[] body, int length, boolean again) {

		long bytes() {
			long bytes = this.body.length;
			for (QueuedSpan span : this.spans) {
				bytes += span.requestBytes();
			}
			return bytes;
		}

	}

}
