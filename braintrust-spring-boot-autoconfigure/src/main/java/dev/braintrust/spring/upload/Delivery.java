package dev.braintrust.spring.upload;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;

import dev.braintrust.spring.Attachment;
import org.jspecify.annotations.Nullable;

/**
 * An attachment of one span on its way: from where the application has it to the storage
 * or, if it cannot get there, into the span. Files and resources are asked for nothing
 * but here, since that may hang. Safe for use by several threads.
 */
public final class Delivery {

	private final Attachment attachment;

	// How large it may be to become base64.
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

	// Whether only its type and size are wanted so far.
	private volatile boolean lookOnly;

	public Delivery(Attachment attachment, long inlineLimit) {
		this.attachment = attachment;
		this.inlineLimit = inlineLimit;
		if (isInMemory(attachment) || attachment.url() != null) {
			this.size = attachment.size();
			this.looked = true;
		}
	}

	// The same under another name.
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

	// Whether its type and its size are known.
	public boolean isLooked() {
		return this.looked;
	}

	// Whether all has been done to get it where it is wanted.
	public boolean isComplete() {
		return this.complete;
	}

	public long size() {
		return this.size;
	}

	// The key of the object in the storage, once it is there.
	public @Nullable String key() {
		Upload upload = this.upload;
		return (upload != null && upload.isStored()) ? upload.key() : null;
	}

	// What was read of a file or a resource.
	public byte @Nullable [] bytes() {
		return this.bytes;
	}

	// Whether a file turned out to be larger than it may be to become base64.
	public boolean isCut() {
		return this.cut || this.size > this.inlineLimit;
	}

	// Why it was not delivered, if it was not.
	public @Nullable Refusal refusal() {
		return this.refusal;
	}

	// How many bytes it adds to a span that did not expect them when it was captured.
	public long inlineSize() {
		byte[] bytes = this.bytes;
		if (bytes != null) {
			return bytes.length;
		}
		return (this.waited && key() == null && isInMemory() && this.size <= this.inlineLimit) ? this.size : 0;
	}

	// A span is about to wait for it.
	public void await(boolean lookOnly) {
		this.lookOnly = lookOnly;
		this.waited = true;
		this.round = new CompletableFuture<>();
	}

	boolean isLookOnly() {
		return this.lookOnly;
	}

	// What the span waits for.
	CompletableFuture<Void> round() {
		return this.round;
	}

	// It was uploaded before.
	void found(Upload upload) {
		this.upload = upload;
		this.complete = true;
	}

	// Wait for an upload, as long as the span waits. Tells whether it is in the storage
	// in the end.
	CompletableFuture<Boolean> upload(Upload upload) {
		CompletableFuture<Boolean> uploading = new CompletableFuture<>();
		this.upload = upload;
		this.uploading = uploading;
		upload.ended().thenAccept(uploading::complete);
		this.round.thenRun(() -> uploading.complete(key() != null));
		return uploading;
	}

	// Wait for the upload no longer.
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

	// The span waits no longer.
	void end() {
		this.round.complete(null);
	}

	// Find out its type and its size.
	public void look() {
		this.attachment.contentType();
		this.size = this.attachment.size();
		this.looked = true;
	}

	// Read all of it, as long as it may become base64.
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

	// Keep what was read until the span is sent.
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

	// Whether the span is over: nobody wants the attachment any more.
	boolean isReleased() {
		return this.released;
	}

	// The span is over, and waits for nothing.
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
