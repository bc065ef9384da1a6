package dev.braintrust.spring.content;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.upload.AttachmentReader;
import org.jspecify.annotations.Nullable;

/**
 * Tells the attachments of a span while it is written. Media of messages and data URLs in
 * texts become other attachments each time, of the same bytes or of an equal text.
 *
 * @param attachment the attachment
 * @param field the field that it is part of, {@code null} where no filter asks for it
 */
record AttachmentKey(Attachment attachment, ContentFilter.@Nullable Field field) {

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof AttachmentKey key && this.field == key.field
				&& (this.attachment == key.attachment || isSame(this.attachment, key.attachment));
	}

	// To ask a file for its name or its type may hang.
	private static boolean isSame(Attachment one, Attachment other) {
		return AttachmentReader.isInMemory(one) && one.source().equals(other.source())
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
