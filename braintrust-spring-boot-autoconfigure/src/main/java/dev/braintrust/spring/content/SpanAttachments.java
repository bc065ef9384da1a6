package dev.braintrust.spring.content;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import dev.braintrust.spring.upload.Delivery;
import dev.braintrust.spring.upload.ProjectAttachments;
import dev.braintrust.spring.upload.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * The attachments of one span. Filters see each once, before anything is sent. What is
 * still on its way when the span is written has the span wait; it is written again then,
 * with a reference to what is in the storage and base64 for what is not.
 * <p>
 * Not safe for use by several threads.
 */
final class SpanAttachments {

	private final @Nullable ProjectAttachments project;

	private final TextFilter filter;

	private final AttachmentForms forms;

	private final Map<Key, FoundAttachment> found = new LinkedHashMap<>();

	private final FoundAttachment.Wait wait;

	SpanAttachments(AttachmentsMode mode, @Nullable ProjectAttachments project, TextFilter filter, long maxSpanSize) {
		this.project = project;
		this.filter = filter;
		this.forms = new AttachmentForms(mode, project, maxSpanSize);
		this.wait = new FoundAttachment.Wait(project, mode != AttachmentsMode.NONE);
	}

	boolean takesBytes(boolean room) {
		return this.forms.takesBytes(room);
	}

	// The span is written, for the first time or once more.
	void start() {
		this.forms.start();
		this.found.values().forEach(FoundAttachment::start);
	}

	// Whether the span that was written waits for any of them.
	boolean isWaiting() {
		return this.found.values().stream().anyMatch(FoundAttachment::isAwaited);
	}

	// Have the span wait for what is on its way, and resume it then.
	void await(Runnable resume) {
		List<Delivery> awaited = this.found.values()
			.stream()
			.filter(FoundAttachment::isAwaited)
			.map(FoundAttachment::delivery)
			.toList();
		if (this.project != null) {
			this.project.await(awaited, this.wait.until(), resume);
		}
		else {
			resume.run();
		}
	}

	// How many bytes become base64 that were not counted when the span was captured.
	long inlineSize() {
		return this.found.values().stream().mapToLong((found) -> found.delivery().inlineSize()).sum();
	}

	// What is in the storage, by its key.
	Map<String, Attachment> uploaded() {
		Map<String, Attachment> uploaded = new LinkedHashMap<>();
		this.found.values().forEach((found) -> {
			String key = found.delivery().key();
			Attachment attachment = found.attachment();
			if (key != null && attachment != null) {
				uploaded.put(key, attachment);
			}
		});
		return uploaded;
	}

	// The span is over.
	void release() {
		this.found.values().forEach((found) -> found.delivery().release());
	}

	RecordedAttachment record(Attachment given, ContentFilter.Field field, boolean room, JsonTexts texts) {
		FoundAttachment found = this.found.computeIfAbsent(new Key(given, this.filter.isEmpty() ? null : field),
				(key) -> new FoundAttachment(new Delivery(given, this.forms.limit()), this.wait));
		if (!isSeen(found, given, field)) {
			return RecordedAttachment.note(AttachmentForms.ON_ITS_WAY);
		}
		Attachment attachment = found.attachment();
		return (attachment != null) ? this.forms.record(found, attachment, room, texts)
				: RecordedAttachment.note(found.note());
	}

	// Have filters see an attachment, once it is known what it is.
	private boolean isSeen(FoundAttachment found, Attachment given, ContentFilter.Field field) {
		while (!found.isSeen()) {
			Delivery delivery = found.delivery();
			boolean filtered = this.filter.isEmpty() || found.attachment() != null;
			if (!delivery.isLooked() && found.await(!filtered)) {
				return false;
			}
			if (!delivery.isLooked()) {
				if (this.project != null) {
					this.project.refuse(delivery, Refusal.UNREADABLE);
				}
				found.drop("[not recorded: " + Refusal.UNREADABLE.reason() + "]");
			}
			else if (found.attachment() != null) {
				found.seen();
			}
			else {
				Attachment attachment = filtered(given, field);
				if (attachment == null) {
					found.drop("[dropped by a content filter]");
				}
				else {
					found.replace(given, attachment);
				}
			}
		}
		return true;
	}

	// The name of a file is content too, and goes where the file goes.
	private @Nullable Attachment filtered(Attachment given, ContentFilter.Field field) {
		Attachment attachment = this.filter.apply(given, field);
		return (attachment == null || this.filter.isEmpty()) ? attachment
				: attachment.named(this.filter.apply(attachment.name(), field));
	}

	/**
	 * Tells the attachments of a span. Media of messages and data URLs in texts become
	 * other attachments each time, of the same bytes or of an equal text. They are one,
	 * unless filters may treat fields differently.
	 */
	private record Key(Attachment attachment, ContentFilter.@Nullable Field field) {

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Key key && this.field == key.field
					&& (this.attachment == key.attachment || isSame(this.attachment, key.attachment));
		}

		// To ask a file for its name or its type may hang.
		private static boolean isSame(Attachment one, Attachment other) {
			return Delivery.isInMemory(one) && one.source().equals(other.source())
					&& (one.url() == null) == (other.url() == null) && one.contentType().equals(other.contentType())
					&& one.name().equals(other.name());
		}

		// To hash a long text would cost more than to compare two of the same length.
		@Override
		public int hashCode() {
			Object source = this.attachment.source();
			return (source instanceof String text) ? text.length() : System.identityHashCode(source);
		}

	}

}
