package dev.braintrust.spring.upload;

import java.util.UUID;

import dev.braintrust.spring.Attachment;
import org.jspecify.annotations.Nullable;

/**
 * An attachment on its way to Braintrust. Its key names it there. Guarded by the lock of
 * its {@link ProjectAttachments}.
 */
final class Upload {

	private final String key = UUID.randomUUID().toString();

	private final String hash;

	private final long size;

	private @Nullable Attachment attachment;

	private @Nullable Hold hold;

	private State state = State.CLAIMED;

	private int claims;

	Upload(ContentDigests.Digest digest, Attachment attachment, Hold hold) {
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

	@Nullable Attachment attachment() {
		return this.attachment;
	}

	void claim() {
		this.claims++;
	}

	// A span that was to refer to it does not.
	boolean unclaim() {
		this.claims--;
		return this.state == State.CLAIMED && this.claims <= 0;
	}

	// A span refers to it.
	boolean begin() {
		boolean first = this.state == State.CLAIMED;
		this.state = first ? State.WAITING : this.state;
		return first;
	}

	// Let go of the bytes.
	void end() {
		this.state = State.ENDED;
		this.attachment = null;
		if (this.hold != null) {
			this.hold.release();
			this.hold = null;
		}
	}

	private enum State {

		CLAIMED, WAITING, ENDED

	}

}
