package dev.braintrust.spring.upload;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.api.Reply;
import dev.braintrust.spring.upload.UploadFailure.Step;
import org.jspecify.annotations.Nullable;

/**
 * The upload of some bytes. Its key names them in Braintrust's storage, and no span gets
 * it before the bytes are there.
 */
final class Upload {

	private final String key = UUID.randomUUID().toString();

	private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

	private final String hash;

	private final long size;

	private volatile @Nullable Attachment attachment;

	private volatile @Nullable Runnable hold;

	private volatile Step step = Step.WAIT;

	private volatile boolean stored;

	private volatile @Nullable CompletableFuture<Reply> request;

	private volatile boolean over;

	// The number of spans that wait for it. Guarded by the lock of its queue.
	private int waiting;

	Upload(ContentDigests.Digest digest, Attachment attachment, Runnable hold) {
		this.hash = digest.hash();
		this.size = digest.size();
		this.attachment = attachment;
		this.hold = hold;
	}

	String key() {
		return this.key;
	}

	String hash() {
		return this.hash;
	}

	long size() {
		return this.size;
	}

	// Return the attachment, or fail if the upload is over.
	Attachment attachment() {
		Attachment attachment = this.attachment;
		if (attachment == null || this.over) {
			throw new UploadFailure(this.step, "given up", false);
		}
		return attachment;
	}

	void join() {
		this.waiting++;
	}

	// A span stops waiting. Return whether it was the last one.
	boolean leave() {
		return --this.waiting == 0;
	}

	Step step() {
		return this.step;
	}

	void at(Step step) {
		this.step = step;
	}

	// A request of a step is in flight.
	CompletableFuture<Reply> sending(Step step, CompletableFuture<Reply> request) {
		this.step = step;
		this.request = request;
		if (this.over) {
			giveUp();
		}
		return request;
	}

	// The bytes are in the storage.
	void stored() {
		this.stored = true;
		release();
	}

	boolean isStored() {
		return this.stored;
	}

	boolean isOver() {
		return this.over;
	}

	// End the upload. Return whether it was still running. Guarded by the lock of
	// its queue.
	boolean end() {
		boolean first = !this.over;
		this.over = true;
		return first;
	}

	// Completes when it is certain whether the bytes are in the storage.
	CompletableFuture<Boolean> ended() {
		return this.ended;
	}

	// Cancel the request in flight.
	void giveUp() {
		CompletableFuture<Reply> request = this.request;
		if (request != null) {
			request.cancel(true);
		}
	}

	// Release the bytes.
	synchronized void release() {
		this.attachment = null;
		Runnable hold = this.hold;
		if (hold != null) {
			this.hold = null;
			hold.run();
		}
	}

}
