package dev.braintrust.spring.export;

import java.time.Duration;

/**
 * Takes the spans of one project that are to be sent. Safe for use by several threads.
 */
public interface SpanSink {

	// Take a span that ended. This takes no lock and never fails.
	void add(WaitingSpan span);

	// Send what has been added so far, and wait for it.
	boolean flush(Duration timeout);

	// How the sending goes.
	ExportStatus status();

}
