package dev.braintrust.spring.export;

import java.time.Duration;

import dev.braintrust.spring.api.Reply;

/**
 * The failed attempts of one request that reached a server, and what follows from them. A
 * server that cannot be reached says nothing about a request, so such attempts do not
 * count. Beyond the request it knows how large requests may be on their way, as far as
 * replies tell, and forgets it after an hour, since the way may have changed. All times
 * are of {@link System#nanoTime()}.
 */
final class RequestTries {

	// Then the timeout has grown to its longest, too.
	private static final int AT_ONE_SIZE = 4;

	// Two minutes at the least: a server that is restarted is back by then, and costs no
	// span its content.
	private static final int ALONE = 10;

	private static final long REMEMBERED = Duration.ofHours(1).toNanos();

	// A server that refuses everything as too large has no limit to keep to.
	private static final long LEAST = 64 << 10;

	private long maxSize = Long.MAX_VALUE;

	private long knownSince;

	private long suspected;

	private int count;

	private int suspicious;

	private long first;

	private boolean unanswered;

	// Another request takes the place of the one so far.
	void reset() {
		this.count = 0;
		this.suspicious = 0;
		this.unanswered = false;
	}

	// Whether the request may have arrived: an attempt reached a server that did not
	// reply.
	boolean mayHaveArrived() {
		return this.unanswered;
	}

	// How large a request of several spans may be.
	long maxSize(long now) {
		if (this.maxSize != Long.MAX_VALUE && now - this.knownSince > REMEMBERED) {
			this.maxSize = Long.MAX_VALUE;
		}
		return this.maxSize;
	}

	// A request is made smaller.
	void shrunk(long size, Reply reply, long now) {
		if (reply.isTooLarge()) {
			limit(size, now);
		}
		else {
			this.suspected = size;
		}
		reset();
	}

	void accepted(long now) {
		if (this.count == 0 && this.suspected > 0) {
			limit(this.suspected, now);
		}
		this.suspected = 0;
	}

	private void limit(long refused, long now) {
		this.maxSize = Math.max(LEAST, refused - 1);
		this.knownSince = now;
	}

	// Count an attempt.
	Outcome outcome(Reply reply, boolean canShrink, boolean alone, long now, Pace pace) {
		if (!reply.mayPass()) {
			return (canShrink && reply.isTooLarge()) ? Outcome.TOO_LARGE : Outcome.SETTLED;
		}
		if (!reply.isReached()) {
			return Outcome.REPEATED;
		}
		this.first = (this.count == 0) ? now : this.first;
		this.count++;
		this.unanswered |= !reply.isAnswered();
		this.suspicious = reply.mayBeTooLarge() ? this.suspicious + 1 : 0;
		if (canShrink && this.suspicious >= (alone ? ALONE : AT_ONE_SIZE)) {
			return Outcome.SHRUNK;
		}
		boolean enough = this.count >= pace.maxAttempts() || now - this.first > pace.maxAge().toNanos();
		return enough ? Outcome.GIVEN_UP : Outcome.REPEATED;
	}

	/**
	 * What follows an reply.
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
