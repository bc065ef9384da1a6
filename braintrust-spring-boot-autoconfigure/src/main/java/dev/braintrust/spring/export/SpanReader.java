package dev.braintrust.spring.export;

import java.util.List;

import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * Turns the spans of a project into the data that is sent. Expensive work is left for
 * {@link #read}, so that no caller waits for it.
 */
public interface SpanReader {

	// Read the spans of one request, in the background. A span that waits for something,
	// such as an upload, is null in the result. It is read again when it is resumed.
	List<@Nullable SpanData> read(List<WaitingSpan> spans);

	// The spans that were read are in a message. Their attributes are not used any more.
	default void release(List<@Nullable SpanData> read) {
	}

	// Resume a span that could not be read, when it can be read. Called after the read.
	default void await(WaitingSpan span, Runnable resume) {
		resume.run();
	}

	// The spans cannot be sent, because libraries are incompatible.
	default void incompatible(LinkageError error) {
	}

	// Whether reading may be slow, since it runs code of the application. Such spans are
	// read on their own threads, so that they delay no others.
	default boolean isSlow() {
		return false;
	}

}
