package dev.braintrust.spring.export;

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

	QueuedSpan(WaitingSpan span, long bytes) {
		this.span = span;
		this.bytes = bytes;
	}

	// Asks the span, which may ask the application. So no lock may be held.
	static long size(WaitingSpan span) {
		try {
			return BARE_BYTES + Math.max(0, span.contentSize());
		}
		catch (RuntimeException | Error ex) {
			return UNKNOWN_BYTES;
		}
	}

	WaitingSpan span() {
		return this.span;
	}

	long bytes() {
		return this.bytes;
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
