package dev.braintrust.spring.attachment;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of an attachment while they are sent. It tells where they cannot be read, or
 * are not as many as they were.
 */
final class SentStream extends FilterInputStream {

	private final long size;

	private final Runnable failed;

	private long count;

	SentStream(InputStream content, long size, Runnable failed) {
		super(content);
		this.size = size;
		this.failed = failed;
	}

	@Override
	public int read() throws IOException {
		byte[] one = new byte[1];
		return (read(one, 0, 1) > 0) ? one[0] & 0xff : -1;
	}

	@Override
	public int read(byte[] target, int offset, int length) throws IOException {
		try {
			int read = super.read(target, offset, length);
			this.count += Math.max(0, read);
			if (this.count > this.size || (read < 0 && this.count < this.size)) {
				this.failed.run();
			}
			return read;
		}
		catch (IOException | RuntimeException ex) {
			this.failed.run();
			throw ex;
		}
	}

}
