package dev.braintrust.spring.content;

import dev.braintrust.spring.content.json.ContentSize;
import io.opentelemetry.api.common.Attributes;

/**
 * An error of a span. Its stack trace is written when the span is sent.
 *
 * @param error the error
 * @param epochNanos when it was recorded
 * @param attributes what is recorded with it
 */
public record CapturedError(Throwable error, long epochNanos, Attributes attributes) implements ContentSize.Sized {

	@Override
	public long size() {
		return ContentSize.of(this.error) + ContentSize.of(this.attributes);
	}

}
