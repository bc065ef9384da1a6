package dev.braintrust.spring.ai.chat;

/**
 * A span below a task that could outlive it: a stream that is cancelled ends from the
 * outside to the inside, and a tool goes on running. The task ends it with what there is,
 * before it ends itself.
 */
interface OpenSpan {

	boolean isEnded();

	// End the span, unless it has ended.
	void cut();

}
