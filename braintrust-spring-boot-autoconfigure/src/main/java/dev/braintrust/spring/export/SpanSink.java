package dev.braintrust.spring.export;

import java.time.Duration;

/**
 * Takes the spans of one project that are sent to its logs or, in another sink, to an
 * experiment. Spans of a local experiment are not dropped to make room for others, so the
 * code that adds them waits for room. Thread-safe.
 */
public interface SpanSink {

	// Take a span that ended. This takes no lock and never fails.
	void add(WaitingSpan span);

	// Send all spans that were added before, and wait for them.
	boolean flush(Duration timeout);

	// The state of the export.
	ExportStatus status();

	// Whether there is room for more spans.
	default boolean hasRoom() {
		return true;
	}

	// Take no more spans, because their experiment has ended. Unsent spans are lost.
	default void close() {
	}

}
