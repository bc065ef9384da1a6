package dev.braintrust.spring.content.json;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * Estimates the heap that content holds, with two bytes for each character, the maximum
 * in the JVM. Content that several spans share counts for each of them.
 */
public final class ContentSize {

	private static final int VALUE = 24;

	private static final int MAX_CAUSES = 16;

	// Mostly its stack trace.
	private static final int THROWABLE = 4096;

	private static final int SPAN_CONTEXT = 128;

	private ContentSize() {
	}

	public static long of(SpanData span) {
		long size = of(span.getName()) + of(span.getAttributes()) + of(span.getStatus().getDescription());
		for (EventData event : span.getEvents()) {
			size += VALUE + of(event.getName()) + of(event.getAttributes());
		}
		for (LinkData link : span.getLinks()) {
			size += SPAN_CONTEXT + of(link.getAttributes());
		}
		return size;
	}

	private static long of(Attributes attributes) {
		if (attributes.isEmpty()) {
			return 0;
		}
		long[] size = new long[1];
		attributes.forEach((key, value) -> size[0] += VALUE + of(key.getKey()) + of(value));
		return size[0];
	}

	public static long of(@Nullable Object value) {
		if (value instanceof CharSequence text) {
			return VALUE + 2L * text.length();
		}
		if (value instanceof Sized sized) {
			return VALUE + of(sized);
		}
		if (value instanceof CapturedJson captured) {
			return VALUE + of(captured.json());
		}
		if (value instanceof Collection<?> values) {
			long size = VALUE;
			for (Object each : values) {
				size += of(each);
			}
			return size;
		}
		return (value != null) ? ofOther(value) : 0;
	}

	private static long of(Sized sized) {
		try {
			return sized.size();
		}
		catch (Throwable ex) {
			return VALUE;
		}
	}

	private static long ofOther(Object value) {
		if (value instanceof Map<?, ?> map) {
			long size = VALUE;
			for (Map.Entry<?, ?> entry : map.entrySet()) {
				size += VALUE + of(entry.getKey()) + of(entry.getValue());
			}
			return size;
		}
		if (value instanceof Attributes attributes) {
			return of(attributes);
		}
		if (value instanceof KeyValue entry) {
			return VALUE + of(entry.getKey()) + of(entry.getValue());
		}
		if (value instanceof Value<?> given) {
			return VALUE + of(given.getValue());
		}
		if (value instanceof ByteBuffer bytes) {
			return VALUE + bytes.capacity();
		}
		return (value instanceof Throwable failure) ? of(failure) : VALUE;
	}

	// The methods of a throwable may be foreign code, and may fail.
	private static long of(Throwable failure) {
		long size = 0;
		Throwable each = failure;
		for (int i = 0; i < MAX_CAUSES && each != null; i++) {
			size += THROWABLE;
			try {
				size += of(each.getMessage());
				for (Throwable suppressed : each.getSuppressed()) {
					size += THROWABLE + of((Object) suppressed.getMessage());
				}
				each = each.getCause();
			}
			catch (Throwable ex) {
				return size;
			}
		}
		return size;
	}

	/**
	 * Content that knows its heap size. It is called on the application's thread, so it
	 * must return immediately.
	 */
	public interface Sized {

		long size();

	}

}
