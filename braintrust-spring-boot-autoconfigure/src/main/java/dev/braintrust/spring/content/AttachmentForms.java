package dev.braintrust.spring.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import dev.braintrust.spring.upload.Delivery;
import dev.braintrust.spring.upload.ProjectAttachments;
import dev.braintrust.spring.upload.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Decides in which form the attachments of a span are recorded: as a reference to the
 * uploaded object, as base64 within limits, as a URL, or as a note.
 */
final class AttachmentForms {

	// A placeholder for the key of a pending upload. It is as long as a key, and it is
	// never sent: the span is written again first.
	static final String ON_ITS_WAY = "00000000-0000-0000-0000-000000000000";

	// The limit of the base64 fallback for uploads: a larger attachment is not worth
	// the memory.
	private static final long MAX_FALLBACK_SIZE = 8L * 1024 * 1024;

	private static final long MAX_INLINE_SIZE = 14L * 1024 * 1024;

	private static final String DATA = "data:";

	private static final String TOO_MUCH = "too much for one span";

	private final AttachmentsMode mode;

	private final @Nullable ProjectAttachments project;

	private final long inlineLimit;

	private final long limit;

	private long inlineBytes;

	AttachmentForms(AttachmentsMode mode, @Nullable ProjectAttachments project, long maxSpanSize) {
		this.mode = (mode == AttachmentsMode.UPLOAD && project == null) ? AttachmentsMode.BASE64 : mode;
		this.project = project;
		this.inlineLimit = inlineLimit(maxSpanSize);
		this.limit = (this.mode == AttachmentsMode.UPLOAD) ? fallbackLimit(maxSpanSize) : this.inlineLimit;
	}

	// The maximum number of attachment bytes that a span may carry as base64, which adds
	// a third. With more, the span would be sent without any content.
	static long inlineLimit(long maxSpanSize) {
		return Math.min(MAX_INLINE_SIZE, maxSpanSize / 10 * 7);
	}

	// The maximum size of an attachment that becomes base64 because its upload failed.
	static long fallbackLimit(long maxSpanSize) {
		return Math.min(MAX_FALLBACK_SIZE, inlineLimit(maxSpanSize));
	}

	// The maximum size of one attachment that becomes base64.
	long limit() {
		return this.limit;
	}

	boolean takesBytes(boolean room) {
		return this.mode == AttachmentsMode.UPLOAD || (this.mode == AttachmentsMode.BASE64 && room);
	}

	// Called each time the span is written.
	void start() {
		this.inlineBytes = 0;
	}

	RecordedAttachment record(FoundAttachment found, Attachment attachment, boolean room, JsonTexts texts) {
		String url = attachment.url();
		if (url != null) {
			return url(found.delivery(), attachment, url, room, texts);
		}
		long size = found.delivery().size();
		if (this.mode == AttachmentsMode.NONE) {
			return RecordedAttachment.note(attachment, size, null);
		}
		if (isTooLarge(found.delivery(), size)) {
			return RecordedAttachment.note(attachment, size, Refusal.TOO_LARGE.reason());
		}
		if (this.mode == AttachmentsMode.UPLOAD && this.project != null) {
			return upload(this.project, found, attachment, room, texts);
		}
		return room ? base64(found, attachment, texts) : RecordedAttachment.note(attachment, size, null);
	}

	private boolean isTooLarge(Delivery delivery, long size) {
		return this.project != null && this.project.isTooLarge(delivery, size);
	}

	// A data URL is not a link but the content itself.
	private RecordedAttachment url(Delivery delivery, Attachment attachment, String url, boolean room,
			JsonTexts texts) {
		if (!url.regionMatches(true, 0, DATA, 0, DATA.length())) {
			return RecordedAttachment.url(attachment, texts);
		}
		if (this.mode == AttachmentsMode.NONE || !room) {
			return RecordedAttachment.note(attachment, -1, null);
		}
		if (isTooLarge(delivery, url.length())) {
			return RecordedAttachment.note(attachment, -1, Refusal.TOO_LARGE.reason());
		}
		return takes(url.length()) ? RecordedAttachment.url(attachment, texts)
				: RecordedAttachment.note(attachment, -1, TOO_MUCH);
	}

	private RecordedAttachment upload(ProjectAttachments project, FoundAttachment found, Attachment attachment,
			boolean room, JsonTexts texts) {
		Delivery delivery = found.delivery();
		long size = delivery.size();
		if (project.isUploading()) {
			project.find(delivery);
		}
		else if (delivery.refusal() == null) {
			project.refuse(delivery, Refusal.UNAVAILABLE);
		}
		if (delivery.key() == null && project.isUploading() && found.await(false)) {
			return RecordedAttachment.uploaded(attachment, size, ON_ITS_WAY);
		}
		String key = delivery.key();
		if (key != null) {
			return RecordedAttachment.uploaded(attachment, size, key);
		}
		Refusal refusal = (delivery.refusal() != null) ? delivery.refusal() : Refusal.UNAVAILABLE;
		boolean passing = refusal == Refusal.UNAVAILABLE || (refusal == Refusal.UNREADABLE && isText(attachment));
		return (passing && room && size <= this.limit) ? base64(found, attachment, texts)
				: RecordedAttachment.note(attachment, size, refusal.reason());
	}

	private RecordedAttachment base64(FoundAttachment found, Attachment attachment, JsonTexts texts) {
		long size = found.delivery().size();
		if (!Delivery.isInMemory(attachment)) {
			return base64OfFile(found, attachment, texts);
		}
		if (!isReadable(attachment)) {
			return RecordedAttachment.note(attachment, size, Refusal.UNREADABLE.reason());
		}
		return takes(size) ? RecordedAttachment.base64(attachment, texts)
				: RecordedAttachment.note(attachment, size, TOO_MUCH);
	}

	// Read the file before the field is written: reading may fail, hang, or return more
	// bytes than the reported size.
	private RecordedAttachment base64OfFile(FoundAttachment found, Attachment file, JsonTexts texts) {
		Delivery delivery = found.delivery();
		if (delivery.bytes() == null && !delivery.isCut() && found.await(false)) {
			return RecordedAttachment.note(ON_ITS_WAY);
		}
		byte[] bytes = delivery.bytes();
		if (bytes != null && takes(bytes.length)) {
			return RecordedAttachment.base64(Attachments.of(bytes, file.contentType()).named(file.name()), texts);
		}
		if (bytes == null && !delivery.isCut()) {
			unreadable(delivery);
		}
		return RecordedAttachment.note(file, delivery.size(), reason(delivery));
	}

	private String reason(Delivery delivery) {
		Refusal refusal = delivery.refusal();
		if (refusal != null && refusal != Refusal.UNAVAILABLE) {
			return refusal.reason();
		}
		if (delivery.bytes() != null || delivery.isCut()) {
			boolean fallback = delivery.isCut() && this.limit < this.inlineLimit;
			return fallback ? Refusal.UNAVAILABLE.reason() : TOO_MUCH;
		}
		return Refusal.UNREADABLE.reason();
	}

	private boolean takes(long size) {
		if (size < 0 || this.inlineBytes + size > this.inlineLimit) {
			return false;
		}
		this.inlineBytes += size;
		return true;
	}

	// An attachment that fails while it is written would lose the whole field.
	private static boolean isReadable(Attachment attachment) {
		if (attachment.source() instanceof byte[]) {
			return true;
		}
		try (InputStream content = attachment.openStream()) {
			content.transferTo(OutputStream.nullOutputStream());
			return true;
		}
		catch (IOException | RuntimeException ex) {
			return isText(attachment);
		}
	}

	// A data URL that cannot be decoded is recorded as the text that it is.
	private static boolean isText(Attachment attachment) {
		return attachment.source() instanceof String text && Attachments.isDataUrl(text);
	}

	private void unreadable(Delivery delivery) {
		if (this.project != null) {
			this.project.refuse(delivery, Refusal.UNREADABLE);
		}
	}

}
