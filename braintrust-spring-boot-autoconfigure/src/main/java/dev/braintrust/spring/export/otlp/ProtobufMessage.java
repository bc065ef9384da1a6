package dev.braintrust.spring.export.otlp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A message in the binary format of Protocol Buffers, written from its end to its start:
 * the length of a nested message precedes it and is known by then, so no bytes are moved.
 * Write the fields of a message in descending order.
 * <p>
 * A message is written twice: once to know its length, and once into an array of this
 * length, so that a large message needs no second buffer.
 */
final class ProtobufMessage {

	private static final int VARINT = 0;

	private static final int FIXED_64 = 1;

	private static final int LENGTH_DELIMITED = 2;

	private static final int FIXED_32 = 5;

	// A text is encoded in pieces, so that a long text is not copied as a whole.
	private static final int PIECE = 1 << 14;

	private static final int SHORT = 64;

	private final byte @Nullable [] buffer;

	private final int end;

	private int start;

	private ProtobufMessage(byte @Nullable [] buffer, int end) {
		this.buffer = buffer;
		this.end = end;
		this.start = end;
	}

	static ProtobufMessage measured() {
		return new ProtobufMessage(null, Integer.MAX_VALUE);
	}

	static ProtobufMessage in(byte[] bytes) {
		return new ProtobufMessage(bytes, bytes.length);
	}

	// Read a number, or 0 if it is missing.
	static long varint(ByteBuffer buffer) {
		long value = 0;
		for (int shift = 0; shift < Long.SIZE && buffer.hasRemaining(); shift += 7) {
			byte next = buffer.get();
			value |= (next & 0x7FL) << shift;
			if (next >= 0) {
				return value;
			}
		}
		return 0;
	}

	int length() {
		return this.end - this.start;
	}

	void addVarint(int field, long value) {
		putVarint(value);
		putTag(field, VARINT);
	}

	void addFixed32(int field, int value) {
		for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
			put((byte) (value >>> shift));
		}
		putTag(field, FIXED_32);
	}

	void addFixed64(int field, long value) {
		for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
			put((byte) (value >>> shift));
		}
		putTag(field, FIXED_64);
	}

	void addText(int field, String text) {
		int before = length();
		if (this.buffer == null) {
			move(encodedLength(text));
		}
		else {
			putText(text);
		}
		nest(field, before);
	}

	void addText(int field, EncodedAttributes.Text text) {
		move(text.length());
		if (this.buffer != null) {
			text.copyTo(this.buffer, this.start);
		}
		putLength(field, text.length());
	}

	void addBytes(int field, byte[] bytes) {
		put(bytes);
		putLength(field, bytes.length);
	}

	// Write a nested message for each value.
	<T> void addAll(int field, List<T> values, Consumer<T> add) {
		for (int i = values.size() - 1; i >= 0; i--) {
			int before = length();
			add.accept(values.get(i));
			nest(field, before);
		}
	}

	// Wrap everything that was added since a length in a nested message.
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
		int size = (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
		put((byte) (value >>> (7 * (size - 1))));
		for (int i = size - 2; i >= 0; i--) {
			put((byte) ((value >>> (7 * i)) | 0x80));
		}
	}

	private void putText(String text) {
		if (text.length() <= SHORT && putAscii(text)) {
			return;
		}
		int to = text.length();
		while (to > 0) {
			int from = Math.max(to - PIECE, 0);
			// Do not separate the halves of a surrogate pair.
			if (from > 0 && Character.isSurrogatePair(text.charAt(from - 1), text.charAt(from))) {
				from--;
			}
			put(text.substring(from, to).getBytes(StandardCharsets.UTF_8));
			to = from;
		}
	}

	// Avoid an extra array: a span has dozens of names.
	private boolean putAscii(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) >= 0x80) {
				return false;
			}
		}
		for (int i = text.length() - 1; i >= 0; i--) {
			put((byte) text.charAt(i));
		}
		return true;
	}

	// Half of a surrogate pair is encoded as a question mark.
	private static int encodedLength(String text) {
		int length = text.length();
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (character >= 0x80) {
				boolean pair = Character.isHighSurrogate(character) && i + 1 < text.length()
						&& Character.isLowSurrogate(text.charAt(i + 1));
				if (pair) {
					length += 2;
					i++;
				}
				else if (!Character.isSurrogate(character)) {
					length += (character < 0x800) ? 1 : 2;
				}
			}
		}
		return length;
	}

	private void put(byte value) {
		move(1);
		if (this.buffer != null) {
			this.buffer[this.start] = value;
		}
	}

	private void put(byte[] bytes) {
		move(bytes.length);
		if (this.buffer != null) {
			System.arraycopy(bytes, 0, this.buffer, this.start, bytes.length);
		}
	}

	private void move(int bytes) {
		this.start = Math.subtractExact(this.start, bytes);
	}

}
