package dev.braintrust.spring.content.json;

import org.jspecify.annotations.Nullable;

/**
 * A value that was written as JSON when it was captured, since it could have changed
 * later.
 *
 * @param attachments the attachments that it has marks of, or {@code null} where it has
 * none
 */
public record CapturedJson(String json, @Nullable CapturedAttachments attachments) {

	public static final CapturedJson NULL = new CapturedJson("null");

	public CapturedJson(String json) {
		this(json, null);
	}

}
