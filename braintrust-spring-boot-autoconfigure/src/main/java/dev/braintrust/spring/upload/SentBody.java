package dev.braintrust.spring.upload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.Attachment;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file or a resource, read while they are sent. A thread that may hang
 * reads them in pieces, at the speed of the connection, so that no sending thread hangs.
 * It detects bytes that cannot be read, and a size that has changed.
 */
final class SentBody implements Flow.Publisher<ByteBuffer> {

	private static final int PIECE = 64 * 1024;

	private static final int PIECES = 4;

	private static final long CHECK_MILLIS = 200;

	private final SubmissionPublisher<ByteBuffer> pieces = new SubmissionPublisher<>(Runnable::run, PIECES);

	private final Attachment attachment;

	private final long size;

	private final SourceReads.OfProject reads;

	private final long patience;

	// When the reading of the current piece began, 0 if no piece is being read.
	private volatile long readingSince;

	private volatile boolean givenUp;

	private volatile boolean unreadable;

	private volatile SourceReads.@Nullable Read<?> read;

	// A read of one piece that takes longer than the patience counts as hanging.
	SentBody(Attachment attachment, long size, SourceReads.OfProject reads, Duration patience) {
		this.attachment = attachment;
		this.size = size;
		this.reads = reads;
		this.patience = patience.toNanos();
	}

	@Override
	public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
		this.pieces.subscribe(subscriber);
		this.readingSince = System.nanoTime();
		SourceReads.Read<?> read = this.reads.read(this::send);
		this.read = read;
		read.result().exceptionally((failure) -> {
			fail(failure);
			return null;
		});
	}

	// The request is over. Return whether it failed because the bytes could not be read.
	boolean giveUp() {
		long since = this.readingSince;
		this.unreadable |= since != 0 && System.nanoTime() - since >= this.patience;
		this.givenUp = true;
		SourceReads.Read<?> read = this.read;
		if (read != null) {
			read.giveUp();
		}
		return this.unreadable;
	}

	private @Nullable Void send() throws IOException {
		try (InputStream content = this.attachment.openStream()) {
			for (long left = this.size; left > 0 && !this.givenUp;) {
				byte[] piece = content.readNBytes((int) Math.min(PIECE, left));
				left -= piece.length;
				if (piece.length == 0 || (left == 0 && content.read() >= 0)) {
					throw new IOException("Another size than before");
				}
				this.readingSince = 0;
				submit(ByteBuffer.wrap(piece));
				this.readingSince = (left > 0) ? System.nanoTime() : 0;
			}
		}
		this.pieces.close();
		return null;
	}

	private void submit(ByteBuffer piece) {
		int lag = -1;
		while (lag < 0 && !this.givenUp) {
			lag = this.pieces.offer(piece, CHECK_MILLIS, TimeUnit.MILLISECONDS, null);
		}
	}

	private void fail(Throwable failure) {
		this.unreadable |= !this.givenUp;
		this.readingSince = 0;
		this.pieces.closeExceptionally(failure);
	}

}
