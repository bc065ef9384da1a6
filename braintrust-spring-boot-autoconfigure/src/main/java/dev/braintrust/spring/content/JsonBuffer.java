package dev.braintrust.spring.content;

import java.io.Writer;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import tools.jackson.core.JsonGenerator;

/**
 * The JSON of one span after another, in an array that is used again. Where base64 is
 * part of it, it takes a byte a character as long as all of it is Latin-1; it does not
 * elsewhere, since to tell takes longer than to copy. The large array of that is kept as
 * long as the heap has room for it: to clear a new one takes longer than to fill it.
 */
final class JsonBuffer extends Writer {

	private static final int INITIAL_LENGTH = 16 * 1024;

	private static final int SMALL_LENGTH = 256 * 1024;

	private static final int MAX_SPARE_LENGTH = 20 * 1024 * 1024;

	private static final int MAX_LATIN = 0xff;

	private static final byte[] NONE = new byte[0];

	private char[] chars = new char[INITIAL_LENGTH];

	private byte[] latin = NONE;

	private SoftReference<byte[]> spare = new SoftReference<>(NONE);

	private boolean wide = true;

	private int length;

	/**
	 * Let go of what is large, since nothing is written for a while.
	 * @return whether what is left is small enough to be kept
	 */
	boolean rest() {
		if (this.latin.length > SMALL_LENGTH) {
			if (this.latin.length <= MAX_SPARE_LENGTH) {
				this.spare = new SoftReference<>(this.latin);
			}
			this.latin = NONE;
			clear();
		}
		return this.latin.length + this.chars.length <= SMALL_LENGTH;
	}

	void clear() {
		this.length = 0;
		this.wide = true;
	}

	/**
	 * Make room at once for much base64 that comes in pieces.
	 * @param count the number of characters
	 */
	void reserveAscii(long count) {
		if (this.wide && isLatin(this.chars, 0, this.length)) {
			narrow(Math.toIntExact(this.length + count));
		}
		reserve(count);
	}

	private void narrow(int capacity) {
		if (capacity > this.latin.length) {
			byte[] spare = this.spare.get();
			this.latin = (spare != null && spare.length >= capacity) ? spare : new byte[capacity];
			this.spare = new SoftReference<>(NONE);
		}
		for (int i = 0; i < this.length; i++) {
			this.latin[i] = (byte) this.chars[i];
		}
		this.wide = false;
	}

	private void reserve(long count) {
		int required = Math.toIntExact(this.length + count);
		if (this.wide && required > this.chars.length) {
			this.chars = Arrays.copyOf(this.chars, required);
		}
		else if (!this.wide && required > this.latin.length) {
			this.latin = Arrays.copyOf(this.latin, required);
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
		return this.wide ? this.chars[index] : (char) (this.latin[index] & MAX_LATIN);
	}

	String substring(int start, int end) {
		return this.wide ? new String(this.chars, start, end - start)
				: new String(this.latin, start, end - start, StandardCharsets.ISO_8859_1);
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
			char c = charAt(i);
			// A pair of surrogates is four bytes.
			size += (c < 0x80) ? 1 : (c < 0x800 || Character.isSurrogate(c)) ? 2 : 3;
		}
		return size <= maxSize;
	}

	@Override
	public void write(char[] source, int offset, int count) {
		if (!this.wide && !isLatin(source, offset, count)) {
			widen();
		}
		int required = Math.addExact(this.length, count);
		if (required > (this.wide ? this.chars.length : this.latin.length)) {
			reserve(Math.max(count, this.length / 2));
		}
		if (this.wide) {
			System.arraycopy(source, offset, this.chars, this.length, count);
		}
		else {
			for (int i = 0; i < count; i++) {
				this.latin[this.length + i] = (byte) source[offset + i];
			}
		}
		this.length = required;
	}

	/**
	 * Write ASCII past the generator, which holds nothing at the moment.
	 * @param source the characters
	 * @param count their number
	 */
	void writeAscii(byte[] source, int count) {
		int required = Math.addExact(this.length, count);
		if (required > (this.wide ? this.chars.length : this.latin.length)) {
			reserve(Math.max(count, this.length / 2));
		}
		if (this.wide) {
			for (int i = 0; i < count; i++) {
				this.chars[this.length + i] = (char) source[i];
			}
		}
		else {
			System.arraycopy(source, 0, this.latin, this.length, count);
		}
		this.length = required;
	}

	// Without a way out of the loop, which lets it look at many at once.
	private static boolean isLatin(char[] source, int offset, int count) {
		int all = 0;
		for (int i = offset; i < offset + count; i++) {
			all |= source[i];
		}
		return all <= MAX_LATIN;
	}

	private void widen() {
		if (this.chars.length < this.length) {
			this.chars = new char[this.length];
		}
		for (int i = 0; i < this.length; i++) {
			this.chars[i] = (char) (this.latin[i] & MAX_LATIN);
		}
		this.wide = true;
	}

	@Override
	public void flush() {
	}

	@Override
	public void close() {
	}

}
