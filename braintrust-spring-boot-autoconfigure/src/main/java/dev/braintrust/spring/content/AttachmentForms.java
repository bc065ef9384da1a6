package dev.braintrust.spring.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.attachment.Admission;
import dev.braintrust.spring.attachment.AttachmentReader;
import dev.braintrust.spring.attachment.ProjectAttachments;
import dev.braintrust.spring.properties.AttachmentsMode;
import org.jspecify.annotations.Nullable;

/**
 * Decides how the attachments of a span are recorded. Filters see them first. What is to
 * be uploaded is claimed while the span is written, and confirmed when it is complete, so
 * nothing is sent for a field that is dropped in the end.
 * <p>
 * Not safe for use by several threads.
 */
final class AttachmentForms {

	// In lieu of an upload; a larger one is no loss that is worth its room.
	private static final long MAX_FALLBACK_SIZE = 8L * 1024 * 1024;

	private static final long MAX_INLINE_SIZE = 14L * 1024 * 1024;

	// Where uploads fail between the end of spans and their request, this bounds the
	// heap.
	private static final long MAX_REQUEST_SIZE = 32L * 1024 * 1024;

	private static final String DATA = "data:";

	private static final String TOO_MUCH = "too much for one span";

	private final AttachmentsMode mode;

	private final @Nullable ProjectAttachments attachments;

	private final AttachmentReader reader;

	private final TextFilter filter;

	private final long inlineLimit;

	private final List<Admission.Claim> claims = new ArrayList<>();

	private long inlineBytes;

	private long requestBytes;

	AttachmentForms(AttachmentsMode mode, @Nullable ProjectAttachments attachments, TextFilter filter,
			long maxSpanSize) {
		this.mode = (mode == AttachmentsMode.UPLOAD && attachments == null) ? AttachmentsMode.BASE64 : mode;
		this.attachments = attachments;
		this.reader = (attachments != null) ? attachments.reader() : AttachmentReader.DIRECT;
		this.filter = filter;
		this.inlineLimit = inlineLimit(maxSpanSize);
	}

	/**
	 * How many bytes of attachments a span may carry as base64, which makes a third more
	 * of them. With more, the span would be sent without any content.
	 * @param maxSpanSize the size of a span in bytes above which it is
	 * @return the number of bytes before they are encoded
	 */
	static long inlineLimit(long maxSpanSize) {
		return Math.min(MAX_INLINE_SIZE, maxSpanSize / 10 * 7);
	}

	/**
	 * How large an attachment may be that is written as base64 since it cannot be
	 * uploaded.
	 * @param maxSpanSize the size of a span in bytes above which it loses its content
	 * @return the number of bytes before they are encoded
	 */
	static long fallbackLimit(long maxSpanSize) {
		return Math.min(MAX_FALLBACK_SIZE, inlineLimit(maxSpanSize));
	}

	boolean takesBytes(boolean room) {
		return this.mode == AttachmentsMode.UPLOAD || (this.mode == AttachmentsMode.BASE64 && room);
	}

	/**
	 * Decide how an attachment is recorded.
	 * @param given the attachment
	 * @param field the field that it is part of
	 * @param room whether there is room for base64
	 * @param texts writes the texts of the span
	 * @return how it is recorded
	 */
	RecordedAttachment record(Attachment given, ContentFilter.Field field, boolean room, JsonTexts texts) {
		try {
			long size = this.reader.look(given);
			Attachment attachment = filtered(given, field);
			if (attachment == null) {
				return RecordedAttachment.note("[dropped by a content filter]");
			}
			return record(attachment, (attachment != given) ? this.reader.look(attachment) : size, room, texts);
		}
		catch (IOException ex) {
			return unreadable();
		}
	}

	// Of what hangs neither the type nor the size can be asked.
	private RecordedAttachment unreadable() {
		if (this.attachments != null) {
			this.attachments.unreadable();
		}
		return RecordedAttachment.note("[not recorded: " + Admission.Refusal.UNREADABLE.reason() + "]");
	}

	private RecordedAttachment record(Attachment attachment, long size, boolean room, JsonTexts texts)
			throws IOException {
		String url = attachment.url();
		if (url != null) {
			return url(attachment, url, room, texts);
		}
		if (this.mode == AttachmentsMode.NONE) {
			return RecordedAttachment.note(attachment, size, null);
		}
		if (isTooLarge(size)) {
			return RecordedAttachment.note(attachment, size, Admission.Refusal.TOO_LARGE.reason());
		}
		if (this.mode == AttachmentsMode.UPLOAD && this.attachments != null) {
			return upload(this.attachments, attachment, size, room, texts);
		}
		return room ? base64(attachment, size, texts) : RecordedAttachment.note(attachment, size, null);
	}

	private boolean isTooLarge(long size) {
		return this.attachments != null && this.attachments.isTooLarge(size);
	}

	// A data URL is no link: it is the content itself.
	private RecordedAttachment url(Attachment attachment, String url, boolean room, JsonTexts texts) {
		if (!url.regionMatches(true, 0, DATA, 0, DATA.length())) {
			return RecordedAttachment.url(attachment, texts);
		}
		if (this.mode == AttachmentsMode.NONE || !room) {
			return RecordedAttachment.note(attachment, -1, null);
		}
		if (isTooLarge(url.length())) {
			return RecordedAttachment.note(attachment, -1, Admission.Refusal.TOO_LARGE.reason());
		}
		return takes(url.length()) ? RecordedAttachment.url(attachment, texts)
				: RecordedAttachment.note(attachment, -1, TOO_MUCH);
	}

	private RecordedAttachment base64(Attachment attachment, long size, JsonTexts texts) throws IOException {
		if (!AttachmentReader.isInMemory(attachment)) {
			return base64OfFile(attachment, size, texts);
		}
		if (!isReadable(attachment)) {
			return RecordedAttachment.note(attachment, size, Admission.Refusal.UNREADABLE.reason());
		}
		return takes(size) ? RecordedAttachment.base64(attachment, texts)
				: RecordedAttachment.note(attachment, size, TOO_MUCH);
	}

	// Read before it is written, since it may fail, hang, or be larger than it said.
	private RecordedAttachment base64OfFile(Attachment file, long size, JsonTexts texts) {
		try {
			int limit = (int) Math.max(0, this.inlineLimit - this.inlineBytes);
			byte[] bytes = (size <= limit) ? this.reader.bytes(file, size, limit) : new byte[0];
			long read = Math.max(size, bytes.length);
			if (isTooLarge(read)) {
				return RecordedAttachment.note(file, size, Admission.Refusal.TOO_LARGE.reason());
			}
			return takes(read)
					? RecordedAttachment.base64(Attachments.of(bytes, file.contentType()).named(file.name()), texts)
					: RecordedAttachment.note(file, size, TOO_MUCH);
		}
		catch (IOException | RuntimeException ex) {
			return RecordedAttachment.note(file, size, Admission.Refusal.UNREADABLE.reason());
		}
	}

	private boolean takes(long size) {
		if (size < 0 || this.inlineBytes + size > this.inlineLimit
				|| this.requestBytes + this.inlineBytes + size > MAX_REQUEST_SIZE) {
			return false;
		}
		this.inlineBytes += size;
		return true;
	}

	// What fails while it is written takes the whole field with it.
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

	// A text that only looks like a data URL is left as it is.
	private static boolean isText(Attachment attachment) {
		return attachment.source() instanceof String text && Attachments.isDataUrl(text);
	}

	// The name of a file is content too, and goes where the file goes.
	private @Nullable Attachment filtered(Attachment given, ContentFilter.Field field) {
		Attachment attachment = this.filter.apply(given, field);
		return (attachment == null || this.filter.isEmpty()) ? attachment
				: attachment.named(this.filter.apply(attachment.name(), field));
	}

	private RecordedAttachment upload(ProjectAttachments attachments, Attachment attachment, long size, boolean room,
			JsonTexts texts) throws IOException {
		Admission admission = attachments.admit(attachment, size);
		Admission.Claim claim = admission.upload();
		if (claim != null) {
			this.claims.add(claim);
			return RecordedAttachment.uploaded(attachment, size, claim.key());
		}
		Admission.Refusal refusal = admission.refusal();
		boolean passing = refusal == Admission.Refusal.UNAVAILABLE
				|| (refusal == Admission.Refusal.UNREADABLE && isText(attachment));
		boolean fallback = passing && room && size <= Math.min(MAX_FALLBACK_SIZE, this.inlineLimit);
		return fallback ? base64(attachment, size, texts)
				: RecordedAttachment.note(attachment, size, (refusal != null) ? refusal.reason() : null);
	}

	/**
	 * The span is complete: what it refers to is uploaded.
	 */
	void confirm() {
		this.requestBytes += this.inlineBytes;
		reset().forEach(Admission.Claim::confirm);
	}

	/**
	 * What has been written is given up.
	 */
	void withdraw() {
		reset().forEach(Admission.Claim::withdraw);
	}

	private List<Admission.Claim> reset() {
		List<Admission.Claim> claims = List.copyOf(this.claims);
		this.claims.clear();
		this.inlineBytes = 0;
		return claims;
	}

}
