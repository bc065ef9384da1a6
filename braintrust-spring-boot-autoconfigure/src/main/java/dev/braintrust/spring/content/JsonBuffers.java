package dev.braintrust.spring.content;

import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the buffer that spans are written in from one request to the next. One is enough
 * for all projects, since one worker writes for them; whoever finds none makes one.
 */
public final class JsonBuffers {

	private final AtomicReference<@Nullable JsonBuffer> kept = new AtomicReference<>();

	private final long maxSpanSize;

	/**
	 * Create buffers for spans of any size.
	 */
	public JsonBuffers() {
		this(Long.MAX_VALUE);
	}

	/**
	 * Create buffers.
	 * @param maxSpanSize the size of a span in bytes above which it is sent without its
	 * content
	 */
	public JsonBuffers(long maxSpanSize) {
		this.maxSpanSize = maxSpanSize;
	}

	long maxSpanSize() {
		return this.maxSpanSize;
	}

	JsonBuffer take() {
		JsonBuffer buffer = this.kept.getAndSet(null);
		return (buffer != null) ? buffer : new JsonBuffer();
	}

	void giveBack(JsonBuffer buffer) {
		if (buffer.rest()) {
			this.kept.set(buffer);
		}
	}

}
