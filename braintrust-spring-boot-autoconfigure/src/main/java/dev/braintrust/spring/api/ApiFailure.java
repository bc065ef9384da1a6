package dev.braintrust.spring.api;

import dev.braintrust.spring.settings.OneLine;

/**
 * A request to Braintrust's API failed. The message tells which request, and the status
 * or the kind of failure, on one line.
 */
public final class ApiFailure extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient Reply reply;

	public ApiFailure(String message, Reply reply) {
		super(OneLine.of(message) + " (" + reply.describe() + ")", null, false, false);
		this.reply = reply;
	}

	public Reply reply() {
		return this.reply;
	}

}
