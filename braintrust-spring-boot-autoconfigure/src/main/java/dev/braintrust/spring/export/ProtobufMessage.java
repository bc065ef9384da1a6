package dev.braintrust.spring.export;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A message in the binary format of Protocol Buffers that is written from its end to its
 * start: the length of a nested message, which stands before it, is known by then, so
 * nothing is measured or moved. Write the fields of a message in descending order.
 */
final class ProtobufMessage {

	private static final int VARINT = 0;

	private static final int FIXED_64 = 1;

	private static final int LENGTH_DELIMITED = 2;

	private static final int FIXED_32 = 5;

	private static final int MAX_VARINT_BYTES = 10;

	private byte[] buffer;

	private int start;

	/**
	 * Create an empty message.
	 * @param expectedBytes how long it will be about; it may become longer
	 */
	ProtobufMessage(int expectedBytes) {
		this.buffer = new byte[Math.max(expectedBytes, 64)];
		this.start = this.buffer.length;
	}

	int length() {
		return this.buffer.length - this.start;
	}

	byte[] toBytes() {
		return Arrays.copyOfRange(this.buffer, this.start, this.buffer.length);
	}

	void addVarint(int field, long value) {
		putVarint(value);
		putTag(field, VARINT);
	}

	void addFixed32(int field, int value) {
		ensure(Integer.BYTES);
		for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
			this.buffer[--this.start] = (byte) (value >>> shift);
		}
		putTag(field, FIXED_32);
	}

	void addFixed64(int field, long value) {
		ensure(Long.BYTES);
		for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
			this.buffer[--this.start] = (byte) (value >>> shift);
		}
		putTag(field, FIXED_64);
	}

	void addText(int field, String text) {
		addBytes(field, text.getBytes(StandardCharsets.UTF_8));
	}

	void addBytes(int field, byte[] bytes) {
		ensure(bytes.length);
		this.start -= bytes.length;
		System.arraycopy(bytes, 0, this.buffer, this.start, bytes.length);
		putLength(field, bytes.length);
	}

	/**
	 * Make a nested message of what was added since a point in time.
	 * @param field the field that the nested message is the value of
	 * @param lengthBefore the {@link #length()} of then
	 */
	void nest(int field, int lengthBefore) {
		putLength(field, length() - lengthBefore);
	}

	private void putLength(int field, int length) {
		putVarint(length);
		putTag(field, LENGTH_DELIMITED);
	}

	private void putTag(int field, int wireType) {
		putVarint((field << 3) | wireType);
	}

	private void putVarint(long value) {
		ensure(MAX_VARINT_BYTES);
		int size = (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
		this.start -= size;
		long rest = value;
		for (int i = 0; i < size - 1; i++) {
			this.buffer[this.start + i] = (byte) (rest | 0x80);
			rest >>>= 7;
		}
		this.buffer[this.start + size - 1] = (byte) rest;
	}

	private void ensure(int bytes) {
		if (bytes > this.start) {
			int length = length();
			byte[] larger = new byte[Math.max(Math.addExact(length, bytes),
					(int) Math.min(2L * this.buffer.length, Integer.MAX_VALUE - 8))];
			System.arraycopy(this.buffer, this.start, larger, larger.length - length, length);
			this.start = larger.length - length;
			this.buffer = larger;
		}
	}

}
