package dev.braintrust.spring.content;

import java.io.Writer;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The JSON of one field after another, in an array that is used again.
 */
final class JsonBuffer extends Writer {

	private static final int INITIAL_LENGTH = 16 * 1024;

	// A larger array is not kept while nothing is written.
	static final int MAX_KEPT_LENGTH = 128 * 1024;

	private char[] chars = new char[INITIAL_LENGTH];

	private int length;

	private @Nullable StringBuilder large;

	// How much has been written, with what a generator still holds.
	int position(JsonGenerator json) {
		return ((this.large != null) ? this.large.length() : this.length) + json.streamWriteOutputBuffered();
	}

	@Override
	public void write(char[] source, int offset, int count) {
		if (this.large != null) {
			this.large.append(source, offset, count);
			return;
		}
		int required = Math.addExact(this.length, count);
		if (required > this.chars.length) {
			this.chars = Arrays.copyOf(this.chars, Math.max(required, this.chars.length / 2 * 3));
		}
		System.arraycopy(source, offset, this.chars, this.length, count);
		this.length = required;
	}

	// Make room at once for base64 that comes in pieces. A builder takes a byte for each
	// of its characters, but its copying takes longer.
	void reserve(long count) {
		if (this.large == null && count > MAX_KEPT_LENGTH) {
			this.large = new StringBuilder(Math.toIntExact(this.length + count)).append(this.chars, 0, this.length);
		}
		else if (this.large != null) {
			this.large.ensureCapacity(Math.toIntExact(this.large.length() + count));
		}
	}

	// Return what has been written, and start anew.
	String take() {
		String json = (this.large != null) ? this.large.toString() : new String(this.chars, 0, this.length);
		clear();
		return json;
	}

	void clear() {
		this.length = 0;
		this.large = null;
	}

	boolean isKept() {
		return this.chars.length <= MAX_KEPT_LENGTH;
	}

	@Override
	public void flush() {
	}

	@Override
	public void close() {
	}

}
