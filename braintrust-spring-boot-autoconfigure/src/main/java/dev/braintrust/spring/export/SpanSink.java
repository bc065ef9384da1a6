package dev.braintrust.spring.export;

import java.time.Duration;

/**
 * Takes the spans of one project that are to be sent: those of its logs or, in another
 * sink, those of an experiment. Spans of an experiment are not dropped to make room for
 * others, so whoever adds them waits until there is room. Safe for use by several
 * threads.
 */
public interface SpanSink {

	// Take a span that ended. This takes no lock and never fails.
	void add(WaitingSpan span);

	// Send what has been added so far, and wait for it.
	boolean flush(Duration timeout);

	// How the sending goes.
	ExportStatus status();

	// Whether less waits than may.
	default boolean hasRoom() {
		return true;
	}

	// Take no more spans, of an experiment that is over. What has not been sent by then
	// is lost.
	default void close() {
	}

}
