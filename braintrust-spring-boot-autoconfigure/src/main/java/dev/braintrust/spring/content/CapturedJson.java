package dev.braintrust.spring.content;

import org.jspecify.annotations.Nullable;

/**
 * A value that was written as JSON when it was captured, since it could have changed
 * later.
 *
 * @param json the JSON
 * @param attachments the attachments that it has marks of, or {@code null} where it has
 * none
 */
record CapturedJson(String json, @Nullable CapturedAttachments attachments) {

	static final CapturedJson NULL = new CapturedJson("null");

	CapturedJson(String json) {
		this(json, null);
	}

}
