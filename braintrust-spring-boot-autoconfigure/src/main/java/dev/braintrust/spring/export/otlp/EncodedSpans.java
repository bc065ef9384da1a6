package dev.braintrust.spring.export.otlp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Takes some of the spans out of an encoded request. A request that turns out to be too
 * large can be made smaller this way, although its spans have already released their
 * content.
 */
public final class EncodedSpans {

	private static final int[] PATH = { SpanEncoder.REQUEST_RESOURCE_SPANS, SpanEncoder.RESOURCE_SPANS_SCOPE_SPANS,
			SpanEncoder.SCOPE_SPANS_SPANS };

	private static final int LENGTH_DELIMITED = 2;

	private final int from;

	private final int to;

	private int position;

	private EncodedSpans(int from, int to) {
		this.from = from;
		this.to = to;
	}

	public static byte[] part(byte[] message, int from, int to) {
		return new EncodedSpans(from, to).part(ByteBuffer.wrap(message), 0).toByteArray();
	}

	// All fields above the spans are texts or nested messages.
	private ByteArrayOutputStream part(ByteBuffer message, int depth) {
		ByteArrayOutputStream part = new ByteArrayOutputStream(message.remaining() / 2 + 64);
		while (message.hasRemaining()) {
			int start = message.position();
			int tag = (int) ProtobufMessage.varint(message);
			int length = (int) ProtobufMessage.varint(message);
			ByteBuffer value = message.slice(message.position(), length);
			message.position(message.position() + length);
			if (tag != (PATH[depth] << 3 | LENGTH_DELIMITED)) {
				part.write(message.array(), message.arrayOffset() + start, message.position() - start);
			}
			else if (depth == PATH.length - 1) {
				if (this.position >= this.from && this.position < this.to) {
					part.write(message.array(), message.arrayOffset() + start, message.position() - start);
				}
				this.position++;
			}
			else {
				addNested(part, tag, value, depth + 1);
			}
		}
		return part;
	}

	private void addNested(ByteArrayOutputStream part, int tag, ByteBuffer value, int depth) {
		int before = this.position;
		ByteArrayOutputStream nested = part(value, depth);
		if (before < this.to && this.position > this.from) {
			putVarint(part, tag);
			putVarint(part, nested.size());
			part.writeBytes(nested.toByteArray());
		}
	}

	private static void putVarint(ByteArrayOutputStream output, int value) {
		int rest = value;
		while (rest > 0x7F) {
			output.write(rest & 0x7F | 0x80);
			rest >>>= 7;
		}
		output.write(rest);
	}

}
