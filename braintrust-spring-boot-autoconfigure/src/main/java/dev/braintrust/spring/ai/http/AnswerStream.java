package dev.braintrust.spring.ai.http;

import java.io.IOException;
import java.io.InputStream;

/**
 * The body of an answer. It passes the bytes on as they arrive, and reports them to the
 * exchange.
 */
final class AnswerStream extends InputStream {

	private final InputStream body;

	private final Exchange exchange;

	AnswerStream(InputStream body, Exchange exchange) {
		this.body = body;
		this.exchange = exchange;
	}

	@Override
	public int read() throws IOException {
		int read;
		try {
			read = this.body.read();
		}
		catch (Throwable ex) {
			this.exchange.fail(ex);
			throw ex;
		}
		if (read >= 0) {
			this.exchange.received((byte) read);
		}
		else {
			this.exchange.end();
		}
		return read;
	}

	@Override
	public int read(byte[] target, int offset, int length) throws IOException {
		int read;
		try {
			read = this.body.read(target, offset, length);
		}
		catch (Throwable ex) {
			this.exchange.fail(ex);
			throw ex;
		}
		if (read > 0) {
			this.exchange.received(target, offset, read);
		}
		else if (read < 0) {
			this.exchange.end();
		}
		return read;
	}

	@Override
	public int available() throws IOException {
		return this.body.available();
	}

	@Override
	public void close() throws IOException {
		try {
			this.body.close();
		}
		finally {
			this.exchange.end();
		}
	}

}
