package dev.braintrust.spring.upload;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;

import dev.braintrust.spring.Attachment;
import org.jspecify.annotations.Nullable;

/**
 * The delivery of one attachment of a span to the storage or, if that fails, into the
 * span. Files and resources are looked at and read only through this class, since they
 * may hang. Thread-safe.
 */
public final class Delivery {

	private final Attachment attachment;

	// The largest size that is recorded as base64, in bytes.
	private final long inlineLimit;

	private volatile long size = -1;

	private volatile boolean looked;

	private volatile boolean waited;

	private volatile boolean complete;

	private volatile boolean cut;

	private volatile @Nullable Refusal refusal;

	private volatile @Nullable Upload upload;

	private volatile @Nullable CompletableFuture<Boolean> uploading;

	private volatile byte @Nullable [] bytes;

	private volatile CompletableFuture<Void> round = CompletableFuture.completedFuture(null);

	private @Nullable Runnable hold;

	private volatile boolean released;

	// Whether the span only waits for the type and the size.
	private volatile boolean lookOnly;

	public Delivery(Attachment attachment, long inlineLimit) {
		this.attachment = attachment;
		this.inlineLimit = inlineLimit;
		if (isInMemory(attachment) || attachment.url() != null) {
			this.size = attachment.size();
			this.looked = true;
		}
	}

	// Return a delivery of an attachment that may have the same source under
	// another name.
	public Delivery as(Attachment attachment) {
		Delivery other = new Delivery(attachment, this.inlineLimit);
		if (attachment.source() == this.attachment.source()) {
			other.size = this.size;
			other.looked = this.looked;
		}
		return other;
	}

	public static boolean isInMemory(Attachment attachment) {
		return attachment.source() instanceof byte[] || attachment.source() instanceof String;
	}

	Attachment attachment() {
		return this.attachment;
	}

	boolean isInMemory() {
		return isInMemory(this.attachment);
	}

	// Whether the type and the size are known.
	public boolean isLooked() {
		return this.looked;
	}

	// Whether everything possible was done to deliver it.
	public boolean isComplete() {
		return this.complete;
	}

	public long size() {
		return this.size;
	}

	// The key of the object in the storage, or null until it is stored.
	public @Nullable String key() {
		Upload upload = this.upload;
		return (upload != null && upload.isStored()) ? upload.key() : null;
	}

	// The bytes that were read from a file or a resource, or null.
	public byte @Nullable [] bytes() {
		return this.bytes;
	}

	// Whether it is too large to be recorded as base64.
	public boolean isCut() {
		return this.cut || this.size > this.inlineLimit;
	}

	// The reason why it was not delivered, or null.
	public @Nullable Refusal refusal() {
		return this.refusal;
	}

	// Return how many bytes it adds to a span that were not counted when the span
	// was captured.
	public long inlineSize() {
		byte[] bytes = this.bytes;
		if (bytes != null) {
			return bytes.length;
		}
		return (this.waited && key() == null && isInMemory() && this.size <= this.inlineLimit) ? this.size : 0;
	}

	// Start a round: a span is about to wait for it.
	public void await(boolean lookOnly) {
		this.lookOnly = lookOnly;
		this.waited = true;
		this.round = new CompletableFuture<>();
	}

	boolean isLookOnly() {
		return this.lookOnly;
	}

	// Completes when the span stops waiting.
	CompletableFuture<Void> round() {
		return this.round;
	}

	// The same bytes were uploaded before.
	void found(Upload upload) {
		this.upload = upload;
		this.complete = true;
	}

	// Wait for an upload, as long as the span waits. The result tells whether the bytes
	// are in the storage.
	CompletableFuture<Boolean> upload(Upload upload) {
		CompletableFuture<Boolean> uploading = new CompletableFuture<>();
		this.upload = upload;
		this.uploading = uploading;
		upload.ended().thenAccept(uploading::complete);
		this.round.thenRun(() -> uploading.complete(key() != null));
		return uploading;
	}

	// Stop waiting for the upload.
	void expire() {
		CompletableFuture<Boolean> uploading = this.uploading;
		if (uploading == null || !uploading.complete(key() != null)) {
			end();
		}
	}

	void refuse(Refusal refusal) {
		this.refusal = refusal;
		this.complete = true;
	}

	void complete() {
		this.complete = true;
	}

	// Stop waiting.
	void end() {
		this.round.complete(null);
	}

	// Determine the type and the size.
	public void look() {
		this.attachment.contentType();
		this.size = this.attachment.size();
		this.looked = true;
	}

	// Read the bytes, unless they are too many to be recorded as base64.
	public byte[] read() throws IOException {
		try (InputStream content = this.attachment.openStream()) {
			byte[] bytes = content.readNBytes((int) this.inlineLimit + 1);
			this.cut = bytes.length > this.inlineLimit;
			return bytes;
		}
	}

	boolean mayBeRead() {
		return !isInMemory() && this.size <= this.inlineLimit;
	}

	// Keep the bytes until the span is sent.
	public void keep(byte[] bytes, Runnable hold) {
		synchronized (this) {
			if (!this.released) {
				this.bytes = bytes;
				this.hold = hold;
				return;
			}
		}
		hold.run();
	}

	// Whether the span is sent or lost, so that the attachment is no longer needed.
	boolean isReleased() {
		return this.released;
	}

	// The span is sent or lost. Release the bytes and stop waiting.
	public void release() {
		Runnable hold;
		synchronized (this) {
			this.released = true;
			hold = this.hold;
			this.hold = null;
			this.bytes = null;
		}
		if (hold != null) {
			hold.run();
		}
		end();
	}

}
