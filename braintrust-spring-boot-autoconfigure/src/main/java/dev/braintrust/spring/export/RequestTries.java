package dev.braintrust.spring.export;

/**
 * The failed attempts of one request that reached a server, and what follows from them. A
 * server that cannot be reached says nothing about a request, so such attempts do not
 * count. Guarded by the lock of {@link SpanQueues}; all times are of
 * {@link System#nanoTime()}.
 */
final class RequestTries {

	// Then the timeout has grown to its longest, too.
	private static final int AT_ONE_SIZE = 4;

	// Two minutes at the least: a server that is restarted is back by then, and costs no
	// span its content.
	private static final int ALONE = 10;

	private int count;

	private int suspicious;

	private long first;

	boolean isNone() {
		return this.count == 0;
	}

	// Another request takes the place of the one so far.
	void reset() {
		this.count = 0;
		this.suspicious = 0;
	}

	// Count an attempt.
	Outcome outcome(Answer answer, boolean canShrink, boolean alone, long now, Pace pace) {
		if (!answer.mayPass()) {
			return (canShrink && answer.isTooLarge()) ? Outcome.TOO_LARGE : Outcome.SETTLED;
		}
		if (!answer.isReached()) {
			return Outcome.REPEATED;
		}
		this.first = (this.count == 0) ? now : this.first;
		this.count++;
		this.suspicious = answer.mayBeTooLarge() ? this.suspicious + 1 : 0;
		if (canShrink && this.suspicious >= (alone ? ALONE : AT_ONE_SIZE)) {
			return Outcome.SHRUNK;
		}
		boolean enough = this.count >= pace.maxAttempts() || now - this.first > pace.maxAge().toNanos();
		return enough ? Outcome.GIVEN_UP : Outcome.REPEATED;
	}

	/**
	 * What follows an answer.
	 */
	enum Outcome {

		// The request is done with: accepted, or refused for good.
		SETTLED,

		// It is sent again as it is.
		REPEATED,

		// It is too large, as the server says, and is sent again in smaller ones.
		TOO_LARGE,

		// It fails again and again, and is sent again in smaller ones.
		SHRUNK,

		// It has failed too often, or for too long.
		GIVEN_UP

	}

}
