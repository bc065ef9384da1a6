package dev.braintrust.spring.content.json;

import java.io.Writer;

import tools.jackson.core.io.SegmentedStringWriter;
import tools.jackson.core.util.BufferRecycler;

/**
 * Takes JSON up to a length, and ends the writing beyond it.
 */
final class BoundedText extends Writer {

	private final SegmentedStringWriter text;

	private int remaining;

	BoundedText(int limit, BufferRecycler recycler) {
		this.text = new SegmentedStringWriter(recycler);
		this.remaining = limit;
	}

	@Override
	public void write(char[] source, int offset, int length) {
		if (length > this.remaining) {
			throw new LimitExceededException();
		}
		this.remaining -= length;
		this.text.write(source, offset, length);
	}

	@Override
	public void flush() {
	}

	@Override
	public void close() {
	}

	// Give the text and the buffer away.
	String take() {
		return this.text.getAndClear();
	}

	/**
	 * Thrown where a text is longer than it may be. Whoever replaces what fails by a mark
	 * must let it pass.
	 */
	static final class LimitExceededException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		LimitExceededException() {
			super(null, null, false, false);
		}

	}

}
