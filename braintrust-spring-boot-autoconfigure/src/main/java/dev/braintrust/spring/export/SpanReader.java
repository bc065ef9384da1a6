package dev.braintrust.spring.export;

import java.util.List;

import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * Turns spans that waited into what is sent, in the background. What is costly about a
 * span is left for here, where no caller waits.
 *
 * @param <S> the type of a span that waits
 */
@FunctionalInterface
public interface SpanReader<S> {

	/**
	 * Read the spans of one request.
	 * @param spans the spans, in the order in which they ended
	 * @return what is sent for them, in the same order
	 */
	List<SpanData> read(List<S> spans);

	/**
	 * Whether the reading may take long, since code of the application takes part in it.
	 * Such spans are read on a thread of their own, so that they hold up no others.
	 * @return whether it may be slow
	 */
	default boolean isSlow() {
		return false;
	}

}
