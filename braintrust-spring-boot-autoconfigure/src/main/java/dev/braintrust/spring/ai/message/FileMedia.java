package dev.braintrust.spring.ai.message;

import java.net.URI;

import dev.braintrust.spring.Attachment;

import org.springframework.ai.content.Media;
import org.springframework.util.MimeType;

/**
 * Media whose bytes are in a file. They are read in the background, as those of any
 * attachment.
 */
public final class FileMedia extends Media {

	private static final URI NOWHERE = URI.create("about:blank");

	private final Attachment attachment;

	public FileMedia(MimeType type, Attachment attachment) {
		super(type, NOWHERE);
		this.attachment = attachment;
	}

	Attachment attachment() {
		return this.attachment;
	}

}
