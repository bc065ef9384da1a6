package dev.braintrust.spring.export;

import java.util.List;
import java.util.function.Function;

/**
 * The spans of one request. Their message is made once, however often the request is
 * repeated, and the spans are let go when it is there.
 * <p>
 * Not safe for use by several threads, but for its size.
 *
 * @param <S> the type of the spans
 */
final class SpanBatch<S> {

	private final int size;

	private List<S> spans;

	private byte[] message = new byte[0];

	SpanBatch(List<S> spans) {
		this.size = spans.size();
		this.spans = spans;
	}

	int size() {
		return this.size;
	}

	/**
	 * The message of the request.
	 * @param encoder makes the message of spans
	 * @return the message
	 */
	byte[] message(Function<List<S>, byte[]> encoder) {
		if (!this.spans.isEmpty()) {
			this.message = encoder.apply(this.spans);
			this.spans = List.of();
		}
		return this.message;
	}

}
