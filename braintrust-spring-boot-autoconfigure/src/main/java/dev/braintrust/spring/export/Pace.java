package dev.braintrust.spring.export;

import java.time.Duration;

import dev.braintrust.spring.api.Backoff;

/**
 * How long the pipeline waits for what.
 *
 * @param interval how long a span waits for others at the most
 * @param backoff the pauses before a request is repeated
 * @param closeTimeout how long closing waits for what is left to be sent
 * @param maxAttempts how many attempts of a request may fail that reached a server
 * @param maxAge how long attempts of a request that reached a server may fail
 */
record Pace(Duration interval, Backoff backoff, Duration closeTimeout, int maxAttempts, Duration maxAge) {

	private static final int MAX_ATTEMPTS = 100;

	private static final Duration MAX_AGE = Duration.ofHours(1);

	Pace(Duration interval, Duration firstPause, Duration longestPause, Duration closeTimeout) {
		this(interval, new Backoff(MAX_ATTEMPTS, firstPause, longestPause), closeTimeout, MAX_ATTEMPTS, MAX_AGE);
	}

	// The pace of an application.
	static Pace closingIn(Duration closeTimeout) {
		return new Pace(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(30), closeTimeout);
	}

}
