package dev.braintrust.spring.content;

import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.export.otlp.EncodedAttributes;
import tools.jackson.core.JsonGenerator;

import org.springframework.util.Assert;

/**
 * Holds the JSON of all fields of one request as UTF-8, one after another. Its blocks are
 * reused for the next request.
 */
final class JsonBuffer extends Writer {

	// A request may need one buffer for each span, so blocks are small.
	private static final int SHIFT = 11;

	private static final int BLOCK_SIZE = 1 << SHIFT;

	// A buffer with more blocks is not kept between requests.
	private static final int MAX_KEPT_BLOCKS = 128;

	private static final int ASCII = 0x80;

	private final JsonBuffers buffers;

	private final List<byte[]> blocks = new ArrayList<>();

	// The end of the fields that belong to a finished span.
	private int kept;

	// The end of the fields that were taken.
	private int taken;

	private int length;

	private int characters;

	// A high surrogate that waits for its low surrogate.
	private char half;

	private int request;

	JsonBuffer(JsonBuffers buffers) {
		this.buffers = buffers;
	}

	// The number of characters written, including the generator's own buffer.
	int position(JsonGenerator json) {
		return this.characters + json.streamWriteOutputBuffered();
	}

	@Override
	public void write(char[] source, int offset, int count) {
		this.characters += count;
		int end = offset + count;
		int next = offset;
		while (next < end) {
			if (source[next] < ASCII && this.half == 0) {
				next = putAscii(source, next, end);
			}
			else {
				put(source[next++]);
			}
		}
	}

	private int putAscii(char[] source, int start, int end) {
		byte[] block = block();
		int place = place();
		int last = Math.min(end, start + BLOCK_SIZE - place);
		int next = start;
		while (next < last && source[next] < ASCII) {
			block[place++] = (byte) source[next++];
		}
		this.length += next - start;
		return next;
	}

	// An unpaired surrogate becomes a question mark, as in the JDK.
	private void put(char character) {
		char half = this.half;
		this.half = 0;
		if (half != 0 && Character.isLowSurrogate(character)) {
			putCodePoint(Character.toCodePoint(half, character));
			return;
		}
		if (half != 0) {
			putByte('?');
		}
		if (Character.isHighSurrogate(character)) {
			this.half = character;
		}
		else {
			putCodePoint(Character.isLowSurrogate(character) ? '?' : character);
		}
	}

	private void putCodePoint(int character) {
		if (character < ASCII) {
			putByte(character);
			return;
		}
		int more = (character < 0x800) ? 1 : (character < 0x10000) ? 2 : 3;
		putByte((0xFF00 >> (more + 1)) | (character >> (6 * more)));
		while (more-- > 0) {
			putByte(0x80 | ((character >> (6 * more)) & 0x3F));
		}
	}

	private void putByte(int value) {
		block()[place()] = (byte) value;
		this.length++;
	}

	// Write ASCII bytes directly, which is faster than through the generator. Flush the
	// generator first.
	void write(byte[] ascii, int count) {
		this.characters += count;
		int next = 0;
		while (next < count) {
			int part = Math.min(count - next, BLOCK_SIZE - place());
			System.arraycopy(ascii, next, block(), place(), part);
			this.length += part;
			next += part;
		}
	}

	private int place() {
		return this.length & (BLOCK_SIZE - 1);
	}

	private byte[] block() {
		int index = this.length >> SHIFT;
		if (index == this.blocks.size()) {
			this.blocks.add(new byte[BLOCK_SIZE]);
		}
		return this.blocks.get(index);
	}

	// Return the JSON that was written since the last call.
	Json take() {
		if (this.half != 0) {
			this.half = 0;
			putByte('?');
		}
		Json json = new Json(this, this.taken, this.length - this.taken);
		this.taken = this.length;
		return json;
	}

	// Called each time the fields of a span are written.
	void start() {
		this.length = this.kept;
		this.taken = this.kept;
		this.half = 0;
	}

	// Keep the fields that were taken: their span is finished.
	void keep() {
		this.kept = this.taken;
	}

	boolean isEmpty() {
		return this.kept == 0;
	}

	// Release the fields that were taken. They cannot be read any more.
	void release() {
		this.request++;
		this.kept = 0;
		start();
		if (this.blocks.size() <= MAX_KEPT_BLOCKS) {
			this.buffers.giveBack(this);
		}
	}

	@Override
	public void flush() {
	}

	@Override
	public void close() {
	}

	/**
	 * The JSON of one field. It can be read until the request is encoded.
	 */
	static final class Json implements EncodedAttributes.Text {

		private final JsonBuffer buffer;

		private final int request;

		private final int start;

		private final int length;

		Json(JsonBuffer buffer, int start, int length) {
			this.buffer = buffer;
			this.request = buffer.request;
			this.start = start;
			this.length = length;
		}

		@Override
		public int length() {
			return this.length;
		}

		@Override
		public void copyTo(byte[] target, int place) {
			// After a release, the buffer holds the content of another span. Empty fields
			// are exempt: an empty buffer is released while spans still refer to it.
			Assert.state(this.length == 0 || isReadable(), "The JSON of this field has been released");
			int done = 0;
			while (done < this.length) {
				int from = this.start + done;
				int offset = from & (BLOCK_SIZE - 1);
				int part = Math.min(this.length - done, BLOCK_SIZE - offset);
				System.arraycopy(this.buffer.blocks.get(from >> SHIFT), offset, target, place + done, part);
				done += part;
			}
		}

		private boolean isReadable() {
			return this.request == this.buffer.request;
		}

		void release() {
			if (isReadable()) {
				this.buffer.release();
			}
		}

		@Override
		public String toString() {
			byte[] bytes = new byte[this.length];
			copyTo(bytes, 0);
			return new String(bytes, StandardCharsets.UTF_8);
		}

	}

}
