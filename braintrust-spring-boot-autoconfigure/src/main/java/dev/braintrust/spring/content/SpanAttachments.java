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
 * The attachments of one span. Filters see each attachment once, before it is uploaded. A
 * span with pending attachments waits. It is then written again, with references to
 * stored objects and base64 for the others.
 * <p>
 * Not thread-safe.
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

	// Called each time the span is written.
	void start() {
		this.forms.start();
		this.found.values().forEach(FoundAttachment::start);
	}

	// Whether the last write of the span found a pending attachment.
	boolean isWaiting() {
		return this.found.values().stream().anyMatch(FoundAttachment::isAwaited);
	}

	// Make the span wait for its pending attachments, then resume it.
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

	// The number of bytes that become base64 but were not counted when the span
	// was captured.
	long inlineSize() {
		return this.found.values().stream().mapToLong((found) -> found.delivery().inlineSize()).sum();
	}

	// The uploaded attachments by key.
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

	// Release the attachments when the span is done.
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

	// Show an attachment to the filters as soon as its type and size are known.
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

	// The file name is content, too. It is filtered and stays with the file.
	private @Nullable Attachment filtered(Attachment given, ContentFilter.Field field) {
		Attachment attachment = this.filter.apply(given, field);
		return (attachment == null || this.filter.isEmpty()) ? attachment
				: attachment.named(this.filter.apply(attachment.name(), field));
	}

	/**
	 * Identifies an attachment of a span. Media of messages and data URLs in texts become
	 * new attachments each time, with the same bytes or an equal text. They count as one
	 * attachment, unless filters may treat their fields differently.
	 */
	private record Key(Attachment attachment, ContentFilter.@Nullable Field field) {

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Key key && this.field == key.field
					&& (this.attachment == key.attachment || isSame(this.attachment, key.attachment));
		}

		// Files are compared by identity: asking a file for its name or type may hang.
		private static boolean isSame(Attachment one, Attachment other) {
			return Delivery.isInMemory(one) && one.source().equals(other.source())
					&& (one.url() == null) == (other.url() == null) && one.contentType().equals(other.contentType())
					&& one.name().equals(other.name());
		}

		// Hashing a long text would cost more than comparing two texts of equal length.
		@Override
		public int hashCode() {
			Object source = this.attachment.source();
			return (source instanceof String text) ? text.length() : System.identityHashCode(source);
		}

	}

}
