package dev.braintrust.spring.content;

import org.jspecify.annotations.Nullable;

/**
 * A span that can be given content later than by its methods: before it is cut, and when
 * it is written. A span is cut if it is open when its application context closes: it ends
 * with what it has by then, and is sent.
 */
public interface LaterSpan {

	// The type of the span, if it has one.
	@Nullable SpanType type();

	// Let what a span has not been given yet, such as the part of an answer that has
	// arrived, be given to it before it is cut.
	void beforeCut(Runnable completion);

	// Count bytes that are held for the span until it ends. Returns whether there is room
	// for them.
	boolean hold(long bytes);

	// Let what was captured become fields when the span is written.
	void late(LateContent content);

}
