package dev.braintrust.spring.eval.remote;

import java.time.Duration;

/**
 * Thrown to refuse a request, with a status and a message for the caller.
 */
final class RequestProblem extends RuntimeException {

	static final int BAD_REQUEST = 400;

	static final int UNAUTHORIZED = 401;

	static final int FORBIDDEN = 403;

	static final int NOT_FOUND = 404;

	static final int NOT_ALLOWED = 405;

	static final int TOO_SLOW = 408;

	static final int TOO_LARGE = 413;

	static final int TOO_MANY = 429;

	static final int NO_ANSWER = 502;

	static final int UNAVAILABLE = 503;

	private static final long serialVersionUID = 1L;

	private final int status;

	RequestProblem(int status, String message) {
		super(message, null, false, false);
		this.status = status;
	}

	static RequestProblem tooLarge(long max) {
		return new RequestProblem(TOO_LARGE, "The body has more than " + max + " bytes.");
	}

	static RequestProblem tooSlow(Duration most) {
		return new RequestProblem(TOO_SLOW, "The body has not arrived within " + most.toSeconds() + " seconds.");
	}

	int status() {
		return this.status;
	}

}
