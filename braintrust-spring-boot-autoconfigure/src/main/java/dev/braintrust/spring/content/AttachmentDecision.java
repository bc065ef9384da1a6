package dev.braintrust.spring.content;

import java.io.IOException;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.upload.Admission;
import dev.braintrust.spring.upload.AttachmentReader;
import dev.braintrust.spring.upload.ProjectAttachments;
import org.jspecify.annotations.Nullable;

/**
 * What has been decided on an attachment of a span. A span that is written several times
 * decides once: nothing is read, refused or claimed again.
 */
final class AttachmentDecision {

	private final @Nullable Attachment attachment;

	private final long size;

	private final String note;

	private boolean tooLarge;

	private @Nullable Admission admission;

	private @Nullable Content content;

	private boolean unreadable;

	private boolean used;

	private AttachmentDecision(@Nullable Attachment attachment, long size, String note) {
		this.attachment = attachment;
		this.size = size;
		this.note = note;
	}

	// The attachment may be recorded.
	static AttachmentDecision of(Attachment attachment, long size) {
		return new AttachmentDecision(attachment, size, "");
	}

	// The attachment is not recorded.
	static AttachmentDecision note(String note) {
		return new AttachmentDecision(null, -1, note);
	}

	@Nullable Attachment attachment() {
		return this.attachment;
	}

	long size() {
		return this.size;
	}

	String note() {
		return this.note;
	}

	boolean isTooLarge(ProjectAttachments attachments, long size) {
		this.tooLarge = this.tooLarge || attachments.isTooLarge(size);
		return this.tooLarge;
	}

	// Ask for the upload of an attachment.
	Admission admit(ProjectAttachments attachments, Attachment attachment) {
		Admission admission = this.admission;
		if (admission == null) {
			admission = attachments.admit(attachment, this.size);
			this.admission = admission;
		}
		this.used = true;
		return admission;
	}

	Content read(AttachmentReader reader, Attachment attachment, int limit) throws IOException {
		if (this.unreadable) {
			throw new IOException("Not readable");
		}
		Content content = this.content;
		if (content == null) {
			this.unreadable = true;
			byte[] bytes = reader.bytes(attachment, this.size, limit);
			this.unreadable = false;
			boolean whole = bytes.length <= limit;
			content = new Content(whole ? bytes : new byte[0], bytes.length, whole);
			this.content = content;
		}
		return content;
	}

	// The span is written again, and need not use the upload.
	void again() {
		this.used = false;
	}

	// The span is over.
	void end(boolean complete) {
		Admission.Claim claim = (this.admission != null) ? this.admission.upload() : null;
		if (claim == null) {
			return;
		}
		if (complete && this.used) {
			claim.confirm();
		}
		else {
			claim.withdraw();
		}
	}

	// What was read of a file or a resource.
	public record Content(byte[] bytes, long size, boolean whole) {
	}

}
