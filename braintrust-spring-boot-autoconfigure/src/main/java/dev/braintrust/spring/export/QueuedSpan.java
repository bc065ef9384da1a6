package dev.braintrust.spring.export;

/**
 * A span that waits, and what it holds.
 *
 * @param span the span
 * @param bytes about how much of the heap it holds
 * @param <S> the type of the span
 */
record QueuedSpan<S>(S span, long bytes) {

	// What a span holds without its content.
	static final long BARE_BYTES = 1024;

	// For content that fails when it is asked: it may be the application's own.
	private static final long UNKNOWN_BYTES = 65_536;

	static <S> QueuedSpan<S> of(S span, SpanReader<S> reader) {
		return new QueuedSpan<>(span, BARE_BYTES + contentSize(span, reader));
	}

	private static <S> long contentSize(S span, SpanReader<S> reader) {
		try {
			return Math.max(0, reader.contentSize(span));
		}
		catch (RuntimeException | LinkageError | StackOverflowError ex) {
			return UNKNOWN_BYTES;
		}
	}

	boolean isBare() {
		return this.bytes <= BARE_BYTES;
	}

	QueuedSpan<S> withoutContent(SpanReader<S> reader, LossReason reason) {
		return isBare() ? this : new QueuedSpan<>(reader.withoutContent(this.span, reason), BARE_BYTES);
	}

}
