package dev.braintrust.spring.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.braintrust.spring.Attachment;
import org.jspecify.annotations.Nullable;

/**
 * Reads attachments. What is in memory is read at once, on the thread that asks; a file
 * or a resource is read on a thread of its own, within a deadline.
 */
public final class AttachmentReader {

	// Reads everything on the thread that asks.
	public static final AttachmentReader DIRECT = new AttachmentReader(null, Duration.ZERO, Duration.ZERO);

	// A disk that is slower than that hangs.
	private static final int SLOWEST_BYTES_PER_SECOND = 4 * 1024 * 1024;

	private final SourceReads.@Nullable OfProject reads;

	private final Duration timeout;

	// What tells its first bytes may still hang when it is read on.
	private final ReadTrials looks;

	private final ReadTrials readings;

	AttachmentReader(SourceReads.@Nullable OfProject reads, Duration timeout, Duration pause) {
		this.reads = reads;
		this.timeout = timeout;
		this.looks = new ReadTrials(pause);
		this.readings = new ReadTrials(pause);
	}

	public static boolean isInMemory(Attachment attachment) {
		return attachment.source() instanceof byte[] || attachment.source() instanceof String;
	}

	// Look at an attachment: afterwards its type is known.
	public long look(Attachment attachment) throws IOException {
		if (isInMemory(attachment)) {
			return attachment.size();
		}
		return call(this.looks, attachment, 0, () -> {
			attachment.contentType();
			return attachment.size();
		});
	}

	// Read all bytes of an attachment into memory.
	public byte[] bytes(Attachment attachment, long size, int limit) throws IOException {
		return call(attachment, size, () -> {
			try (InputStream content = attachment.openStream()) {
				return content.readNBytes(limit + 1);
			}
		});
	}

	<T> T call(Attachment attachment, long size, Callable<T> read) throws IOException {
		return call(this.readings, attachment, size, read);
	}

	private <T> T call(ReadTrials trials, Attachment attachment, long size, Callable<T> read) throws IOException {
		if (this.reads == null || isInMemory(attachment)) {
			try {
				return read.call();
			}
			catch (IOException | RuntimeException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new IOException(ex);
			}
		}
		return await(this.reads, trials, read, this.timeout.plusSeconds(Math.max(0, size) / SLOWEST_BYTES_PER_SECOND));
	}

	private static <T> T await(SourceReads.OfProject reads, ReadTrials trials, Callable<T> work, Duration timeout)
			throws IOException {
		if (!trials.permit()) {
			throw new IOException("Others were not read in time");
		}
		CompletableFuture<T> result = new CompletableFuture<>();
		SourceReads.Read read = reads.read(() -> completion(result, work));
		read.start();
		try {
			T value = result.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
			trials.returned();
			return value;
		}
		catch (TimeoutException ex) {
			// One that waits for a thread does not hang itself.
			if (read.giveUp() != SourceReads.Read.NOT_RUNNING) {
				trials.timedOut();
			}
			throw new InterruptedIOException("Not read in time");
		}
		catch (InterruptedException ex) {
			read.giveUp();
			Thread.currentThread().interrupt();
			throw new InterruptedIOException();
		}
		catch (ExecutionException ex) {
			trials.returned();
			throw new IOException(ex.getCause());
		}
	}

	private static <T> Runnable completion(CompletableFuture<T> result, Callable<T> work) {
		try {
			T read = work.call();
			return () -> result.complete(read);
		}
		catch (Throwable ex) {
			// Whatever it is, somebody waits for it.
			return () -> result.completeExceptionally(ex);
		}
	}

}
