package dev.braintrust.spring.export;

import java.io.ByteArrayOutputStream;

/**
 * Takes a message whose length is known, without a copy of it.
 */
final class MessageOutput extends ByteArrayOutputStream {

	MessageOutput(int length) {
		super(length);
	}

	byte[] message() {
		return (this.count == this.buf.length) ? this.buf : toByteArray();
	}

}
