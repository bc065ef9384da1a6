package dev.braintrust.spring.ai.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongSupplier;

/**
 * The body of a request that can be written once more: the client holds its bytes until
 * it has an answer, and repeats them, so nothing is copied.
 *
 * @param length how many bytes it has, or -1 if that is not known
 * @param content writes it
 */
record RequestBody(LongSupplier length, Content content) {

	// One that is not to be held.
	static final RequestBody NONE = new RequestBody(() -> 0, (target) -> {
	});

	interface Content {

		void writeTo(OutputStream target) throws IOException;

	}

}
