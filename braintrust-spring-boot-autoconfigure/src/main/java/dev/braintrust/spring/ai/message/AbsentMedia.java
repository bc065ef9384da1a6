package dev.braintrust.spring.ai.message;

import java.net.URI;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.content.ContentJson;
import dev.braintrust.spring.content.RecordedAttachment;

import org.springframework.ai.content.Media;

/**
 * Media whose bytes were let go before the span was written.
 */
final class AbsentMedia extends Media {

	private static final URI NOWHERE = URI.create("about:blank");

	private final String note;

	AbsentMedia(Media media, Attachment attachment, String reason) {
		super(media.getMimeType(), NOWHERE);
		// No filter sees it, and this is the thread of the caller: no name, and no
		// detection.
		this.note = "[" + media.getMimeType() + ((attachment.size() >= 0) ? ", " + attachment.size() + " bytes" : "")
				+ ", not recorded: " + reason + "]";
	}

	RecordedAttachment recorded() {
		return ContentJson.note(this.note);
	}

}
