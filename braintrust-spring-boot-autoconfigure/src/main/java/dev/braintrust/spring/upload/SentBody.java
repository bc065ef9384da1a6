package dev.braintrust.spring.upload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import dev.braintrust.spring.Attachment;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file or a resource while they are sent: each piece is read when it is
 * asked for, on a thread that may hang, so that no thread which sends does. It tells
 * where they cannot be read, or are not as many as they were.
 */
final class SentBody implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

	private static final int PIECE = 64 * 1024;

	private final Attachment attachment;

	private final long size;

	private final SourceReads.OfProject reads;

	private final long patience;

	private final AtomicLong demand = new AtomicLong();

	private final AtomicBoolean reading = new AtomicBoolean();

	private volatile SourceReads.@Nullable Read read;

	private volatile boolean ended;

	private volatile boolean unreadable;

	private Flow.@Nullable Subscriber<? super ByteBuffer> subscriber;

	private volatile @Nullable InputStream content;

	private long count;

	SentBody(Attachment attachment, long size, SourceReads.OfProject reads, Duration patience) {
		this.attachment = attachment;
		this.size = size;
		this.reads = reads;
		this.patience = patience.toNanos();
	}

	// Give it up, where the request is over.
	boolean giveUp() {
		cancel();
		return this.unreadable;
	}

	@Override
	public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
		this.subscriber = subscriber;
		subscriber.onSubscribe(this);
	}

	@Override
	public void request(long count) {
		this.demand.addAndGet(count);
		start();
	}

	@Override
	public void cancel() {
		this.ended = true;
		SourceReads.Read read = this.read;
		// What is read for long when the time of the request is over is what took it.
		if (read != null && read.stop() >= this.patience) {
			this.unreadable = true;
		}
		if (this.content != null && this.reading.compareAndSet(false, true)) {
			closeElsewhere();
		}
	}

	// To close it may hang as well. Where too much hangs already it is left to the
	// garbage collector.
	private void closeElsewhere() {
		try {
			this.reads.read(() -> {
				close();
				return () -> {
				};
			}).start();
		}
		catch (IOException | RuntimeException ex) {
			// It is given up anyway.
		}
	}

	private void start() {
		if (this.ended || this.demand.get() <= 0 || !this.reading.compareAndSet(false, true)) {
			return;
		}
		try {
			SourceReads.Read read = this.reads.read(this::readAsAsked);
			// Before it runs: it may start the next one at once.
			this.read = read;
			read.start();
		}
		catch (IOException | RuntimeException ex) {
			fail(ex);
		}
	}

	private Runnable readAsAsked() {
		try {
			while (!this.ended && this.demand.get() > 0) {
				readPiece();
			}
		}
		catch (IOException | RuntimeException | Error ex) {
			fail(ex);
		}
		this.reading.set(false);
		// Whoever takes it last closes it, this or who gives it up.
		if (this.ended && this.reading.compareAndSet(false, true)) {
			close();
		}
		return this::start;
	}

	private void readPiece() throws IOException {
		InputStream content = this.content;
		if (content == null) {
			content = this.attachment.openStream();
			this.content = content;
		}
		byte[] piece = content.readNBytes((int) Math.min(PIECE, this.size - this.count));
		this.count += piece.length;
		boolean last = this.count == this.size;
		if (piece.length == 0 || (last && content.read() >= 0)) {
			throw new IOException("Another size than before");
		}
		Flow.Subscriber<? super ByteBuffer> subscriber = this.subscriber;
		if (this.ended || subscriber == null) {
			return;
		}
		this.demand.decrementAndGet();
		subscriber.onNext(ByteBuffer.wrap(piece));
		if (last) {
			this.ended = true;
			subscriber.onComplete();
		}
	}

	private void fail(Throwable failure) {
		Flow.Subscriber<? super ByteBuffer> subscriber = this.subscriber;
		if (!this.ended && subscriber != null) {
			this.ended = true;
			this.unreadable = true;
			subscriber.onError(failure);
		}
	}

	private void close() {
		try {
			InputStream content = this.content;
			if (content != null) {
				content.close();
			}
		}
		catch (IOException | RuntimeException ex) {
			// It has been read, or is given up.
		}
	}

}
