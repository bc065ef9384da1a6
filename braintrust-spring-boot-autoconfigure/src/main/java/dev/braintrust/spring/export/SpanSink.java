package dev.braintrust.spring.export;

import java.time.Duration;

/**
 * Takes the spans of one project that are to be sent. Safe for use by several threads.
 *
 * @param <S> the type of the spans
 */
public interface SpanSink<S> {

	/**
	 * Take a span that ended. This never waits for more than a short lock, and never
	 * fails.
	 * @param span the span
	 */
	void add(S span);

	/**
	 * Send what has been added so far, and wait for it.
	 * @param timeout how long to wait at the most
	 * @return whether all of it was accepted in time
	 */
	boolean flush(Duration timeout);

	/**
	 * How the sending goes.
	 * @return the state at this moment
	 */
	ExportStatus status();

}
