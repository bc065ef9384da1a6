package dev.braintrust.spring.content.json;

import org.jspecify.annotations.Nullable;

/**
 * A value that was written as JSON when it was captured, because it could change later.
 *
 * @param attachments the attachments that its marks refer to, or {@code null}
 */
public record CapturedJson(String json, @Nullable CapturedAttachments attachments) {

	public static final CapturedJson NULL = new CapturedJson("null");

	public CapturedJson(String json) {
		this(json, null);
	}

}
