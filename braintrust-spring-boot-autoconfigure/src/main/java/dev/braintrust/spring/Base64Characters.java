package dev.braintrust.spring;

import java.io.InputStream;

/**
 * Streams the base64 characters of a text without copying it. Accepts both alphabets,
 * line breaks, and missing padding. Only this class decides which texts are base64.
 */
final class Base64Characters extends InputStream {

	// Longer than the lines of base64 in mails (76) and in PEM files (64).
	private static final int MAX_LINE = 80;

	private static final int MAX_PADDING = 2;

	// Not a base64 character, so the decoder fails.
	private static final char INVALID = '!';

	private final String text;

	private int next;

	Base64Characters(String text, int start) {
		this.text = text;
		this.next = start;
	}

	static boolean isBlank(char c) {
		return c <= ' ';
	}

	/**
	 * Whether a text is base64 from an index to its end.
	 * @param text the text
	 * @param start the index
	 * @return whether the rest can be decoded
	 */
	static boolean isBase64(String text, int start) {
		int count = 0;
		for (int i = start; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '=') {
				return isPadding(text, i) && isWhole(count);
			}
			if (isBlank(c)) {
				continue;
			}
			if (plain(c) == INVALID) {
				return false;
			}
			count++;
		}
		return isWhole(count);
	}

	// A single character holds less than a byte.
	private static boolean isWhole(int count) {
		return count % 4 != 1;
	}

	private static boolean isPadding(String text, int start) {
		int count = 0;
		for (int i = start; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '=') {
				count++;
			}
			else if (!isBlank(c)) {
				return false;
			}
		}
		return count <= MAX_PADDING;
	}

	/**
	 * Return the number of bytes that base64 decodes to. If there is no line break near
	 * the start, the text is not searched for blanks.
	 * @param text the text that ends with the base64
	 * @param start the index at which the base64 begins
	 * @return the number of bytes
	 */
	static long size(String text, int start) {
		int end = text.length();
		while (end > start && (text.charAt(end - 1) == '=' || isBlank(text.charAt(end - 1)))) {
			end--;
		}
		long count = end - start - blanks(text, start, Math.min(end, start + MAX_LINE));
		if (count < end - start) {
			count = end - start - blanks(text, start, end);
		}
		return count * 3 / 4;
	}

	private static int blanks(String text, int start, int end) {
		int blanks = 0;
		for (int i = start; i < end; i++) {
			blanks += isBlank(text.charAt(i)) ? 1 : 0;
		}
		return blanks;
	}

	@Override
	public int read() {
		while (this.next < this.text.length()) {
			char c = this.text.charAt(this.next++);
			if (c == '=') {
				return end();
			}
			if (!isBlank(c)) {
				return plain(c);
			}
		}
		return -1;
	}

	@Override
	public int read(byte[] target, int offset, int length) {
		int count = 0;
		while (count < length && this.next < this.text.length()) {
			char c = this.text.charAt(this.next++);
			if (c == '=') {
				int last = end();
				if (last >= 0) {
					target[offset + count++] = (byte) last;
				}
			}
			else if (!isBlank(c)) {
				target[offset + count++] = (byte) plain(c);
			}
		}
		return (count > 0 || length == 0) ? count : -1;
	}

	// Valid padding is not passed on: decoders do not need it, and each accepts
	// different forms.
	private int end() {
		boolean padding = isPadding(this.text, this.next - 1);
		this.next = this.text.length();
		return padding ? -1 : INVALID;
	}

	private static char plain(char c) {
		boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (letter || (c >= '0' && c <= '9') || c == '+' || c == '/') {
			return c;
		}
		return switch (c) {
			case '-' -> '+';
			case '_' -> '/';
			default -> INVALID;
		};
	}

}
