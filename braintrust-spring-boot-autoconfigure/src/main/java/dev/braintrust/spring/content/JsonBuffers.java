package dev.braintrust.spring.content;

import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the buffer that spans are written in from one request to the next. One is enough
 * for all projects, since one worker writes for them; whoever finds none makes one.
 */
public final class JsonBuffers {

	private final AtomicReference<@Nullable JsonBuffer> kept = new AtomicReference<>();

	JsonBuffer take() {
		JsonBuffer buffer = this.kept.getAndSet(null);
		return (buffer != null) ? buffer : new JsonBuffer();
	}

	void giveBack(JsonBuffer buffer) {
		if (buffer.isSmall()) {
			this.kept.set(buffer);
		}
	}

}
