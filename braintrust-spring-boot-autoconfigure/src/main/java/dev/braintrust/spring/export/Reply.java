package dev.braintrust.spring.export;

import java.time.Duration;

/**
 * What a server answered.
 *
 * @param status the status code
 * @param retryAfter how long it asks to wait before the next request, zero if it does not
 * @param rejected how many spans of an accepted request it did not accept
 */
record Reply(int status, Duration retryAfter, long rejected) {

	static Reply of(int status) {
		return new Reply(status, Duration.ZERO, 0);
	}

}
