package dev.braintrust.spring.export;

/**
 * A span that waits to be sent. How it becomes what is sent is known to the
 * {@link SpanReader} of its project.
 */
public interface WaitingSpan {

	// About how much it holds that it would not hold without its content. Asked on the
	// thread that ended the span.
	long contentSize();

	// About how much it adds to its request beside that: bytes that are held elsewhere,
	// and are counted there as long as it waits. Asked on the same thread.
	default long inlineSize() {
		return 0;
	}

	// The same span with a note in place of its content.
	WaitingSpan withoutContent(LossReason reason);

	// It has arrived.
	default void sent() {
	}

	// It will not be sent, so that nothing it holds is needed any more.
	default void lost() {
	}

}
