package dev.braintrust.spring.content.json;

import java.util.List;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how much of the heap content holds. What is shared by several spans counts
 * for each of them.
 */
public final class ContentSize {

	private static final int VALUE = 16;

	// A stack trace, mostly.
	private static final int ERROR = 4096;

	private ContentSize() {
	}

	// The size of a text: two bytes a character, as much as the JVM may need.
	public static long of(@Nullable CharSequence text) {
		return (text != null) ? 2L * text.length() : 0;
	}

	public static long of(SpanData span) {
		long size = of(span.getAttributes()) + of(span.getStatus().getDescription());
		for (EventData event : span.getEvents()) {
			size += VALUE + of(event.getAttributes());
		}
		return size;
	}

	private static long of(Attributes attributes) {
		if (attributes.isEmpty()) {
			return 0;
		}
		long[] size = new long[1];
		attributes.forEach((key, value) -> size[0] += VALUE + ofValue(value));
		return size[0];
	}

	public static long ofValue(@Nullable Object captured) {
		if (captured instanceof String text) {
			return of(text);
		}
		if (captured instanceof JsonPayload payload) {
			return payload.size();
		}
		if (captured instanceof CapturedJson json) {
			return of(json.json());
		}
		if (captured instanceof List<?> values) {
			long size = 0;
			for (Object value : values) {
				size += VALUE + ofValue(value);
			}
			return size;
		}
		return (captured != null) ? VALUE : 0;
	}

	public static long ofErrors(int errors) {
		return (long) ERROR * errors;
	}

}
