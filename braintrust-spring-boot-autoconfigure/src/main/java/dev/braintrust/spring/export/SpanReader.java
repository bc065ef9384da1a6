package dev.braintrust.spring.export;

import java.util.List;

import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * Makes what is sent of the spans of a project. What is costly about a span is left for
 * {@link #read}, where no caller waits.
 */
public interface SpanReader {

	// Read the spans of one request, in the background. A span that waits for something,
	// such as an upload, is null. It is read again when it is resumed.
	List<@Nullable SpanData> read(List<WaitingSpan> spans);

	// The spans that were read are in a message. Nobody asks for their attributes any
	// more.
	default void release(List<@Nullable SpanData> read) {
	}

	// Resume a span that could not be read, once it can be. Called after the read.
	default void await(WaitingSpan span, Runnable resume) {
		resume.run();
	}

	// The spans cannot be sent, because libraries do not fit together.
	default void incompatible(LinkageError error) {
	}

	// Whether the reading may take long, since code of the application takes part in it.
	// Such spans are read on threads of their own, so that they hold up no others.
	default boolean isSlow() {
		return false;
	}

}
