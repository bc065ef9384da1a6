package dev.braintrust.spring.ai.http;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The body of a request that can be written once more: the client holds its bytes until
 * it has an answer, and repeats them, so nothing is copied.
 */
interface RequestBody {

	// One that is not to be held.
	RequestBody NONE = new RequestBody() {

		@Override
		public long length() {
			return 0;
		}

		@Override
		public void writeTo(OutputStream target) {
		}

	};

	// How many bytes it has, or -1 if that is not known.
	long length();

	void writeTo(OutputStream target) throws IOException;

}
