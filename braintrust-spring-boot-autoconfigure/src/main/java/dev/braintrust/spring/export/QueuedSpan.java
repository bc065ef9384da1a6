package dev.braintrust.spring.export;

import org.jspecify.annotations.Nullable;

/**
 * A queued span and its approximate size on the heap.
 */
class QueuedSpan {

	// The size of a span without its content.
	static final long BARE_BYTES = 1024;

	// Used if the content fails to tell its size: it may be the application's own.
	private static final long UNKNOWN_BYTES = 65_536;

	private final WaitingSpan span;

	private final long bytes;

	private final long inlineBytes;

	QueuedSpan(WaitingSpan span, long bytes) {
		this.span = span;
		this.bytes = bytes;
		this.inlineBytes = inlineSize(span);
	}

	// Calculate the size. This may call code of the application, so hold no lock.
	static long size(WaitingSpan span) {
		try {
			return BARE_BYTES + Math.max(0, span.contentSize());
		}
		catch (RuntimeException | Error ex) {
			return UNKNOWN_BYTES;
		}
	}

	private static long inlineSize(WaitingSpan span) {
		try {
			return span.inlineSize();
		}
		catch (RuntimeException | Error ex) {
			return 0;
		}
	}

	WaitingSpan span() {
		return this.span;
	}

	long bytes() {
		return this.bytes;
	}

	// Return the approximate size once it is read.
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
			// No reader can read this span, so it is lost later as unsendable.
			return Entry.NONE;
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

	/**
	 * An entry of an inbox: a span or, without one, the end of the taken spans.
	 */
	static final class Entry extends QueuedSpan {

		static final WaitingSpan NONE = new NoSpan();

		final long count;

		final long countAtClose;

		final long total;

		final boolean stripped;

		final boolean closed;

		@Nullable Entry next;

		Entry() {
			super(NONE, 0);
			this.count = 0;
			this.countAtClose = 0;
			this.total = 0;
			this.stripped = false;
			this.closed = false;
		}

		// All spans up to an entry have been taken.
		Entry(Entry taken, boolean closed) {
			super(NONE, 0);
			// A span that arrives after the close is counted but not kept.
			this.count = (taken.closed && closed) ? taken.count + 1 : taken.count;
			this.countAtClose = taken.closed ? taken.countAtClose : taken.count;
			this.total = taken.total;
			this.stripped = false;
			this.closed = closed;
		}

		Entry(WaitingSpan span, long bytes, boolean stripped, Entry next) {
			super(span, bytes);
			this.count = next.count + 1;
			this.countAtClose = 0;
			this.total = next.total + bytes;
			this.stripped = stripped;
			this.closed = false;
			this.next = next;
		}

		// Whether its content was dropped before it was added.
		boolean isStripped() {
			return this.stripped;
		}

	}

	/**
	 * A placeholder without a span.
	 */
	private static final class NoSpan implements WaitingSpan {

		@Override
		public long contentSize() {
			return 0;
		}

		@Override
		public WaitingSpan withoutContent(LossReason reason) {
			return this;
		}

	}

}
