package dev.braintrust.spring.upload;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.api.Reply;
import dev.braintrust.spring.upload.UploadFailure.Step;
import org.jspecify.annotations.Nullable;

/**
 * The upload of some bytes. Its key names them in Braintrust's storage, and is shown to
 * nobody before they are there.
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

	// How many spans wait for it. Guarded by the lock of its queue.
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

	// What to upload, if it still is to be.
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

	// Whether nobody waits for it any longer.
	boolean leave() {
		return --this.waiting == 0;
	}

	// Where it is.
	Step step() {
		return this.step;
	}

	void at(Step step) {
		this.step = step;
	}

	// A request of a step is under way.
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

	// End it, and tell whether this is the end. Guarded by the lock of its queue.
	boolean end() {
		boolean first = !this.over;
		this.over = true;
		return first;
	}

	// Whether the bytes are in the storage, once that is known for good.
	CompletableFuture<Boolean> ended() {
		return this.ended;
	}

	// Stop what is under way.
	void giveUp() {
		CompletableFuture<Reply> request = this.request;
		if (request != null) {
			request.cancel(true);
		}
	}

	// Let go of the bytes.
	synchronized void release() {
		this.attachment = null;
		Runnable hold = this.hold;
		if (hold != null) {
			this.hold = null;
			hold.run();
		}
	}

}
