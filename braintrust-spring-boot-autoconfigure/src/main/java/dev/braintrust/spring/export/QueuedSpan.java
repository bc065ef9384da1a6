package dev.braintrust.spring.export;

import java.util.function.LongSupplier;

/**
 * A span that waits, and about how much of the heap it holds.
 */
class QueuedSpan {

	// What a span holds without its content.
	static final long BARE_BYTES = 1024;

	// For content that fails when it is asked: it may be the application's own.
	private static final long UNKNOWN_BYTES = 65_536;

	private final WaitingSpan span;

	private final long bytes;

	private final long inlineBytes;

	QueuedSpan(WaitingSpan span, long bytes) {
		this.span = span;
		this.bytes = bytes;
		this.inlineBytes = size(span::inlineSize, 0);
	}

	// Asks the span, which may ask the application. So no lock may be held.
	static long size(WaitingSpan span) {
		return size(() -> BARE_BYTES + Math.max(0, span.contentSize()), UNKNOWN_BYTES);
	}

	private static long size(LongSupplier size, long unknown) {
		try {
			return size.getAsLong();
		}
		catch (RuntimeException | Error ex) {
			return unknown;
		}
	}

	WaitingSpan span() {
		return this.span;
	}

	long bytes() {
		return this.bytes;
	}

	// About how much it holds once it is read.
	long requestBytes() {
		return this.bytes + this.inlineBytes;
	}

	boolean isBare() {
		return this.bytes <= BARE_BYTES;
	}

	QueuedSpan withoutContent(LossReason reason) {
		return isBare() ? this : new QueuedSpan(stripped(reason), BARE_BYTES);
	}

	private WaitingSpan stripped(LossReason reason) {
		try {
			return this.span.withoutContent(reason);
		}
		catch (RuntimeException | Error ex) {
			// No reader can read this, so it will be lost as one that cannot be sent.
			return SpanInbox.Entry.NONE;
		}
	}

	void sent() {
		try {
			this.span.sent();
		}
		catch (RuntimeException | Error ex) {
			// It has arrived anyway.
		}
	}

	void lost() {
		try {
			this.span.lost();
		}
		catch (RuntimeException | Error ex) {
			// It is lost anyway.
		}
	}

}
