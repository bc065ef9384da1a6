package dev.braintrust.spring.content;

import java.io.Writer;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import tools.jackson.core.JsonGenerator;

/**
 * The JSON of one span after another, in an array that is used again. Where base64 is
 * part of it, it takes a byte a character, and characters that are not of Latin-1 are
 * escaped from there on; it does not elsewhere, since to tell takes longer than to copy.
 * The large array of that is kept as long as the heap has room for it: to clear a new one
 * takes longer than to fill it.
 */
final class JsonBuffer extends Writer {

	private static final int INITIAL_LENGTH = 16 * 1024;

	// How much is kept while nothing is written, and what base64 it is not worth to be
	// ready for.
	static final int SMALL_LENGTH = 256 * 1024;

	private static final int MAX_SPARE_LENGTH = 20 * 1024 * 1024;

	private static final int MAX_LATIN = 0xff;

	private static final int ESCAPE_LENGTH = 6;

	private static final byte HALF = '?';

	private static final byte[] NONE = new byte[0];

	private char[] chars = new char[INITIAL_LENGTH];

	private byte[] latin = NONE;

	private SoftReference<byte[]> spare = new SoftReference<>(NONE);

	private boolean wide = true;

	// The first half of a character, whose other half is the next part's.
	private char half;

	private int length;

	// Let go of what is large, since nothing is written for a while.
	boolean rest() {
		if (this.latin.length > SMALL_LENGTH) {
			if (this.latin.length <= MAX_SPARE_LENGTH) {
				this.spare = new SoftReference<>(this.latin);
			}
			this.latin = NONE;
			clear(false);
		}
		return this.latin.length + this.chars.length <= SMALL_LENGTH;
	}

	// Start anew.
	void clear(boolean base64) {
		this.length = 0;
		this.half = 0;
		this.wide = !base64;
	}

	// Make room at once for much base64 that comes in pieces.
	void reserveAscii(long count) {
		if (this.wide && isLatin(this.chars, 0, this.length)) {
			narrow(Math.toIntExact(this.length + count));
		}
		reserve(count);
	}

	private void narrow(int capacity) {
		if (capacity > this.latin.length) {
			this.latin = array(capacity);
		}
		for (int i = 0; i < this.length; i++) {
			this.latin[i] = (byte) this.chars[i];
		}
		this.wide = false;
	}

	private byte[] array(int capacity) {
		byte[] spare = this.spare.get();
		this.spare = new SoftReference<>(NONE);
		return (spare != null && spare.length >= capacity) ? spare : new byte[capacity];
	}

	private void reserve(long count) {
		int required = Math.toIntExact(this.length + count);
		if (this.wide && required > this.chars.length) {
			this.chars = Arrays.copyOf(this.chars, required);
		}
		else if (!this.wide && required > this.latin.length) {
			byte[] larger = array(required);
			System.arraycopy(this.latin, 0, larger, 0, this.length);
			this.latin = larger;
		}
	}

	// How much has been written, with what a generator still holds.
	int position(JsonGenerator json) {
		if (!this.wide) {
			// What it holds may take more characters than it has.
			json.flush();
		}
		return this.length + json.streamWriteOutputBuffered();
	}

	char charAt(int index) {
		return this.wide ? this.chars[index] : (char) (this.latin[index] & MAX_LATIN);
	}

	String substring(int start, int end) {
		return this.wide ? new String(this.chars, start, end - start)
				: new String(this.latin, start, end - start, StandardCharsets.ISO_8859_1);
	}

	// Whether a part is not larger than a size.
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
		if (!this.wide && (this.half != 0 || !isLatin(source, offset, count))) {
			writeEscaped(source, offset, count);
			return;
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

	// Write ASCII past the generator, which holds nothing at the moment.
	void writeAscii(byte[] source, int count) {
		if (this.half != 0) {
			this.half = 0;
			append(new byte[] { HALF }, 1);
		}
		append(source, count);
	}

	private void append(byte[] source, int count) {
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

	// Only texts have such characters, and there an escape is the same. Half of a
	// character becomes what it becomes where it is sent without base64 beside it.
	private void writeEscaped(char[] source, int offset, int count) {
		byte[] escaped = new byte[ESCAPE_LENGTH * (count + 1)];
		int end = 0;
		for (int i = offset; i < offset + count; i++) {
			char c = source[i];
			char half = this.half;
			this.half = Character.isHighSurrogate(c) ? c : 0;
			if (half != 0 && Character.isLowSurrogate(c)) {
				end = escape(half, escaped, end);
				end = escape(c, escaped, end);
				continue;
			}
			if (half != 0) {
				escaped[end++] = HALF;
			}
			if (c <= MAX_LATIN) {
				escaped[end++] = (byte) c;
			}
			else if (Character.isLowSurrogate(c)) {
				escaped[end++] = HALF;
			}
			else if (this.half == 0) {
				end = escape(c, escaped, end);
			}
		}
		append(escaped, end);
	}

	private static int escape(char c, byte[] escaped, int start) {
		int end = start;
		escaped[end++] = '\\';
		escaped[end++] = 'u';
		for (int shift = 12; shift >= 0; shift -= 4) {
			escaped[end++] = (byte) Character.forDigit((c >> shift) & 0xf, 16);
		}
		return end;
	}

	@Override
	public void flush() {
	}

	@Override
	public void close() {
	}

}
