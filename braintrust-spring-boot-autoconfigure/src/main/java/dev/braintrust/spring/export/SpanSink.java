package dev.braintrust.spring.export;

import java.time.Duration;

/**
 * Takes the spans of one project that are to be sent. Safe for use by several threads.
 *
 * @param <S> the type of the spans
 */
public interface SpanSink<S> {

	// Take a span that ended. This never waits for more than a short lock, and never
	// fails.
	void add(S span);

	// Send what has been added so far, and wait for it.
	boolean flush(Duration timeout);

	// How the sending goes.
	ExportStatus status();

}
