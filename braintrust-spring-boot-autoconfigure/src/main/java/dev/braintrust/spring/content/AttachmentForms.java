package dev.braintrust.spring.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import dev.braintrust.spring.upload.Admission;
import dev.braintrust.spring.upload.AttachmentReader;
import dev.braintrust.spring.upload.ProjectAttachments;
import org.jspecify.annotations.Nullable;

/**
 * Decides how the attachments of a span are recorded. Filters see them first. What is to
 * be uploaded is claimed while the span is written, and confirmed when it is complete, so
 * nothing is sent for a field that is dropped in the end. However often a span is
 * written, each attachment is decided on once.
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

	private final Map<AttachmentKey, AttachmentDecision> decisions = new LinkedHashMap<>();

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

	// How many bytes of attachments a span may carry as base64, which makes a third more
	// of them. With more, the span would be sent without any content.
	static long inlineLimit(long maxSpanSize) {
		return Math.min(MAX_INLINE_SIZE, maxSpanSize / 10 * 7);
	}

	// How large an attachment may be that is written as base64 since it cannot be
	// uploaded.
	static long fallbackLimit(long maxSpanSize) {
		return Math.min(MAX_FALLBACK_SIZE, inlineLimit(maxSpanSize));
	}

	boolean takesBytes(boolean room) {
		return this.mode == AttachmentsMode.UPLOAD || (this.mode == AttachmentsMode.BASE64 && room);
	}

	RecordedAttachment record(Attachment given, ContentFilter.Field field, boolean room, JsonTexts texts) {
		AttachmentKey key = new AttachmentKey(given, this.filter.isEmpty() ? null : field);
		AttachmentDecision decision = this.decisions.get(key);
		if (decision == null) {
			decision = decide(given, field);
			this.decisions.put(key, decision);
		}
		Attachment attachment = decision.attachment();
		return (attachment != null) ? record(decision, attachment, room, texts)
				: RecordedAttachment.note(decision.note());
	}

	private AttachmentDecision decide(Attachment given, ContentFilter.Field field) {
		try {
			long size = this.reader.look(given);
			Attachment attachment = filtered(given, field);
			if (attachment == null) {
				return AttachmentDecision.note("[dropped by a content filter]");
			}
			return AttachmentDecision.of(attachment, (attachment != given) ? this.reader.look(attachment) : size);
		}
		catch (IOException ex) {
			return unreadable();
		}
	}

	// Of what hangs neither the type nor the size can be asked.
	private AttachmentDecision unreadable() {
		if (this.attachments != null) {
			this.attachments.unreadable();
		}
		return AttachmentDecision.note("[not recorded: " + Admission.Refusal.UNREADABLE.reason() + "]");
	}

	private RecordedAttachment record(AttachmentDecision decision, Attachment attachment, boolean room,
			JsonTexts texts) {
		String url = attachment.url();
		if (url != null) {
			return url(decision, attachment, url, room, texts);
		}
		long size = decision.size();
		if (this.mode == AttachmentsMode.NONE) {
			return RecordedAttachment.note(attachment, size, null);
		}
		if (isTooLarge(decision, size)) {
			return RecordedAttachment.note(attachment, size, Admission.Refusal.TOO_LARGE.reason());
		}
		if (this.mode == AttachmentsMode.UPLOAD && this.attachments != null) {
			return upload(this.attachments, decision, attachment, room, texts);
		}
		return room ? base64(decision, attachment, this.inlineLimit, texts)
				: RecordedAttachment.note(attachment, size, null);
	}

	private boolean isTooLarge(AttachmentDecision decision, long size) {
		return this.attachments != null && decision.isTooLarge(this.attachments, size);
	}

	// A data URL is no link: it is the content itself.
	private RecordedAttachment url(AttachmentDecision decision, Attachment attachment, String url, boolean room,
			JsonTexts texts) {
		if (!url.regionMatches(true, 0, DATA, 0, DATA.length())) {
			return RecordedAttachment.url(attachment, texts);
		}
		if (this.mode == AttachmentsMode.NONE || !room) {
			return RecordedAttachment.note(attachment, -1, null);
		}
		if (isTooLarge(decision, url.length())) {
			return RecordedAttachment.note(attachment, -1, Admission.Refusal.TOO_LARGE.reason());
		}
		return takes(url.length()) ? RecordedAttachment.url(attachment, texts)
				: RecordedAttachment.note(attachment, -1, TOO_MUCH);
	}

	private RecordedAttachment base64(AttachmentDecision decision, Attachment attachment, long maxSize,
			JsonTexts texts) {
		if (!AttachmentReader.isInMemory(attachment)) {
			return base64OfFile(decision, attachment, maxSize, texts);
		}
		long size = decision.size();
		if (!isReadable(attachment)) {
			return RecordedAttachment.note(attachment, size, Admission.Refusal.UNREADABLE.reason());
		}
		return takes(size) ? RecordedAttachment.base64(attachment, texts)
				: RecordedAttachment.note(attachment, size, TOO_MUCH);
	}

	// Read before it is written, since it may fail, hang, or be larger than it said.
	private RecordedAttachment base64OfFile(AttachmentDecision decision, Attachment file, long maxSize,
			JsonTexts texts) {
		long size = decision.size();
		try {
			int limit = (int) Math.max(0, Math.min(maxSize, this.inlineLimit - this.inlineBytes));
			AttachmentDecision.Content content = (size <= limit) ? decision.read(this.reader, file, limit) : null;
			long read = (content != null) ? Math.max(size, content.size()) : size;
			if (isTooLarge(decision, read)) {
				return RecordedAttachment.note(file, size, Admission.Refusal.TOO_LARGE.reason());
			}
			if (read > maxSize && maxSize < this.inlineLimit) {
				return RecordedAttachment.note(file, size, Admission.Refusal.UNAVAILABLE.reason());
			}
			return (content != null && content.whole() && takes(read)) ? RecordedAttachment
				.base64(Attachments.of(content.bytes(), file.contentType()).named(file.name()), texts)
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

	private RecordedAttachment upload(ProjectAttachments attachments, AttachmentDecision decision,
			Attachment attachment, boolean room, JsonTexts texts) {
		long size = decision.size();
		Admission admission = decision.admit(attachments, attachment);
		Admission.Claim claim = admission.upload();
		if (claim != null) {
			return RecordedAttachment.uploaded(attachment, size, claim.key());
		}
		Admission.Refusal refusal = admission.refusal();
		boolean passing = refusal == Admission.Refusal.UNAVAILABLE
				|| (refusal == Admission.Refusal.UNREADABLE && isText(attachment));
		long maxSize = Math.min(MAX_FALLBACK_SIZE, this.inlineLimit);
		return (passing && room && size <= maxSize) ? base64(decision, attachment, maxSize, texts)
				: RecordedAttachment.note(attachment, size, (refusal != null) ? refusal.reason() : null);
	}

	// The span is written, for the first time or once more.
	void start() {
		this.inlineBytes = 0;
		this.decisions.values().forEach(AttachmentDecision::again);
	}

	// The span is complete: what it refers to is uploaded.
	void confirm() {
		this.requestBytes += this.inlineBytes;
		end(true);
	}

	// What has been written is given up.
	void withdraw() {
		end(false);
	}

	private void end(boolean complete) {
		List<AttachmentDecision> ended = List.copyOf(this.decisions.values());
		this.decisions.clear();
		this.inlineBytes = 0;
		ended.forEach((decision) -> decision.end(complete));
	}

}
