package dev.braintrust.spring.content;

import java.io.Writer;
import java.util.Arrays;

import tools.jackson.core.JsonGenerator;

/**
 * The JSON of one span after another, in an array that is used again.
 */
final class JsonBuffer extends Writer {

	private static final int INITIAL_LENGTH = 16 * 1024;

	private static final int SMALL_LENGTH = 256 * 1024;

	private char[] chars = new char[INITIAL_LENGTH];

	private int length;

	/**
	 * Whether it is small enough to be kept while nothing is written.
	 * @return whether it did not grow much
	 */
	boolean isSmall() {
		return this.chars.length <= SMALL_LENGTH;
	}

	void clear() {
		this.length = 0;
	}

	/**
	 * Make room at once for much that comes in pieces.
	 * @param count the number of characters
	 */
	void reserve(long count) {
		int required = Math.toIntExact(this.length + count);
		if (required > this.chars.length) {
			this.chars = Arrays.copyOf(this.chars, required);
		}
	}

	/**
	 * How much has been written, with what a generator still holds.
	 * @param json the generator that writes here
	 * @return the number of characters
	 */
	int position(JsonGenerator json) {
		return this.length + json.streamWriteOutputBuffered();
	}

	char charAt(int index) {
		return this.chars[index];
	}

	String substring(int start, int end) {
		return new String(this.chars, start, end - start);
	}

	/**
	 * Whether a part is not larger than a size.
	 * @param start where it starts
	 * @param end where it ends
	 * @param maxSize the size in bytes of UTF-8
	 * @return whether it is within the size
	 */
	boolean isWithin(int start, int end, long maxSize) {
		if (3L * (end - start) <= maxSize) {
			return true;
		}
		long size = 0;
		for (int i = start; i < end; i++) {
			char c = this.chars[i];
			// A pair of surrogates is four bytes.
			size += (c < 0x80) ? 1 : (c < 0x800 || Character.isSurrogate(c)) ? 2 : 3;
		}
		return size <= maxSize;
	}

	@Override
	public void write(char[] source, int offset, int count) {
		int required = Math.addExact(this.length, count);
		if (required > this.chars.length) {
			this.chars = Arrays.copyOf(this.chars, Math.max(required, this.chars.length + this.chars.length / 2));
		}
		System.arraycopy(source, offset, this.chars, this.length, count);
		this.length = required;
	}

	@Override
	public void flush() {
	}

	@Override
	public void close() {
	}

}
