package dev.braintrust.spring.content;

import java.io.IOException;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.upload.Delivery;
import dev.braintrust.spring.upload.ProjectAttachments;
import org.jspecify.annotations.Nullable;

/**
 * An attachment that was found in a span, and the result of its filters.
 */
final class FoundAttachment {

	private final Wait wait;

	private Delivery delivery;

	private @Nullable Attachment attachment;

	private String note = "";

	private boolean seen;

	private boolean awaited;

	FoundAttachment(Delivery delivery, Wait wait) {
		this.delivery = delivery;
		this.wait = wait;
	}

	Delivery delivery() {
		return this.delivery;
	}

	// The attachment after the filters, or null before they ran.
	@Nullable Attachment attachment() {
		return this.attachment;
	}

	// The note that replaces a dropped attachment.
	String note() {
		return this.note;
	}

	boolean isSeen() {
		return this.seen;
	}

	void seen() {
		this.seen = true;
	}

	void replace(Attachment given, Attachment attachment) {
		this.attachment = attachment;
		if (attachment != given) {
			this.delivery = this.delivery.as(attachment);
		}
	}

	void drop(String note) {
		this.attachment = null;
		this.note = note;
		this.seen = true;
	}

	// Called each time the span is written.
	void start() {
		this.awaited = false;
	}

	// Whether the span waits for this attachment.
	boolean isAwaited() {
		return this.awaited;
	}

	// Make the span wait for this attachment, unless its wait is over.
	boolean await(boolean lookOnly) {
		if (this.awaited) {
			return true;
		}
		if (this.wait.project == null) {
			read(this.wait.reads);
		}
		else if (!this.delivery.isComplete() && this.wait.isLeft(this.wait.project)) {
			this.awaited = true;
			this.delivery.await(lookOnly);
		}
		return this.awaited;
	}

	// Without uploads, a file is read on this thread, which may hang: in tests, for
	// previews, and if a caller of a remote evaluation sends the spans.
	private void read(boolean whole) {
		try {
			this.delivery.look();
			if (whole) {
				this.delivery.keep(this.delivery.read(), () -> {
				});
			}
		}
		catch (IOException | RuntimeException ex) {
			// The attachment is not recorded.
		}
	}

	/**
	 * The wait of a span. Its time starts when the span first waits for an attachment.
	 */
	static final class Wait {

		private final @Nullable ProjectAttachments project;

		private final boolean reads;

		private long until;

		Wait(@Nullable ProjectAttachments project, boolean reads) {
			this.project = project;
			this.reads = reads;
		}

		long until() {
			return this.until;
		}

		private boolean isLeft(ProjectAttachments project) {
			if (this.until == 0) {
				this.until = project.waitUntil();
			}
			return !project.isClosed() && this.until - System.nanoTime() > 0;
		}

	}

}
