package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long the pipeline waits for what.
 *
 * @param interval how long a span waits for others at the most
 * @param firstPause the pause before a request is repeated for the first time
 * @param longestPause the longest pause before a request is repeated
 * @param closeTimeout how long closing waits for what is left to be sent
 * @param maxAttempts how many attempts of a request may fail that reached a server
 * @param maxAge how long attempts of a request that reached a server may fail
 */
record Pace(Duration interval, Duration firstPause, Duration longestPause, Duration closeTimeout, int maxAttempts,
		Duration maxAge) {

	private static final int MAX_ATTEMPTS = 100;

	private static final Duration MAX_AGE = Duration.ofHours(1);

	private static final int MAX_DOUBLINGS = 10;

	Pace(Duration interval, Duration firstPause, Duration longestPause, Duration closeTimeout) {
		this(interval, firstPause, longestPause, closeTimeout, MAX_ATTEMPTS, MAX_AGE);
	}

	// The pace of an application.
	static Pace closingIn(Duration closeTimeout) {
		return new Pace(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(30), closeTimeout);
	}

	// The pause after a failed attempt. It doubles with each one, and up to half of it is
	// left out at random, so that many processes do not come back at the same time.
	long pause(int attempts) {
		long pause = Math.min(this.longestPause.toNanos(),
				this.firstPause.toNanos() << Math.min(Math.max(0, attempts - 1), MAX_DOUBLINGS));
		return ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
	}

}
