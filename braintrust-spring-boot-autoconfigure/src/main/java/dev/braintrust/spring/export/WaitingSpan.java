package dev.braintrust.spring.export;

/**
 * A span that waits to be sent. The {@link SpanReader} of its project knows how to read
 * it.
 */
public interface WaitingSpan {

	// Return the approximate bytes that it holds only because of its content. Called on
	// the thread that ended the span, and again when it is resumed.
	long contentSize();

	// Return the approximate bytes that it adds to its request beside that. They are held
	// elsewhere, and count there as long as the span waits. Called on any thread.
	default long inlineSize() {
		return 0;
	}

	// Return the same span with a note instead of its content.
	WaitingSpan withoutContent(LossReason reason);

	// The span has arrived.
	default void sent() {
	}

	// The span will not be sent. Release everything that it holds.
	default void lost() {
	}

}
