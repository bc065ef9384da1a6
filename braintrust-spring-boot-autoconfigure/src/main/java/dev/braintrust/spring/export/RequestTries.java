package dev.braintrust.spring.export;

import java.time.Duration;

import dev.braintrust.spring.api.Backoff;
import dev.braintrust.spring.api.Reply;

/**
 * Counts the failed attempts of one request that reached a server, and decides what
 * follows. An attempt that reaches no server does not count, since it says nothing about
 * the request. Across requests it remembers how large a request may be on its way, as far
 * as replies tell. It forgets this after an hour, since the way may have changed. All
 * times are of {@link System#nanoTime()}.
 */
final class RequestTries {

	// By then the timeout has grown to its maximum, too.
	private static final int AT_ONE_SIZE = 4;

	// At least two minutes, so that the restart of a server costs no span its content.
	private static final int ALONE = 10;

	private static final long REMEMBERED = Duration.ofHours(1).toNanos();

	// The lowest limit, because a server that refuses every request as too large has no
	// real limit.
	private static final long LEAST = 64 << 10;

	private long maxSize = Long.MAX_VALUE;

	private long knownSince;

	private long suspected;

	private int count;

	private int suspicious;

	private long first;

	private boolean unanswered;

	// The next request starts from zero.
	void reset() {
		this.count = 0;
		this.suspicious = 0;
		this.unanswered = false;
	}

	// Whether the request may have arrived: an attempt reached a server that did
	// not reply.
	boolean mayHaveArrived() {
		return this.unanswered;
	}

	// Return the maximum size of a request with several spans.
	long maxSize(long now) {
		if (this.maxSize != Long.MAX_VALUE && now - this.knownSince > REMEMBERED) {
			this.maxSize = Long.MAX_VALUE;
		}
		return this.maxSize;
	}

	// The request is made smaller.
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

	// Count an attempt, and decide what follows.
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
	 * The decision after a reply.
	 */
	enum Outcome {

		// The request is done: accepted, or refused for good.
		SETTLED,

		// The request is sent again unchanged.
		REPEATED,

		// The server says that the request is too large. Its spans are sent again in
		// smaller requests.
		TOO_LARGE,

		// The request fails repeatedly. Its spans are sent again in smaller requests.
		SHRUNK,

		// The request has failed too often, or for too long.
		GIVEN_UP

	}

	/**
	 * The times that the pipeline waits.
	 *
	 * @param interval the longest time that a span waits for others
	 * @param backoff the pauses before a request is retried
	 * @param closeTimeout how long the close waits for unsent spans
	 * @param maxAttempts how many attempts of a request that reached a server may fail
	 * @param maxAge how long attempts of a request that reached a server may fail
	 */
	record Pace(Duration interval, Backoff backoff, Duration closeTimeout, int maxAttempts, Duration maxAge) {

		private static final int MAX_ATTEMPTS = 100;

		private static final Duration MAX_AGE = Duration.ofHours(1);

		Pace(Duration interval, Duration firstPause, Duration longestPause, Duration closeTimeout) {
			this(interval, new Backoff(MAX_ATTEMPTS, firstPause, longestPause), closeTimeout, MAX_ATTEMPTS, MAX_AGE);
		}

		// Return the pace of an application.
		static Pace closingIn(Duration closeTimeout) {
			return new Pace(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(30), closeTimeout);
		}

	}

}
