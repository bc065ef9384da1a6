package dev.braintrust.spring.ai.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongSupplier;

/**
 * The body of a request that can be written again. The client holds its bytes for retries
 * until it has an answer, so they are not copied.
 *
 * @param length the number of bytes, or -1 if it is unknown
 * @param content writes the body
 */
record RequestBody(LongSupplier length, Content content) {

	// An empty body, for requests that must not be held.
	static final RequestBody NONE = new RequestBody(() -> 0, (target) -> {
	});

	interface Content {

		void writeTo(OutputStream target) throws IOException;

	}

}
