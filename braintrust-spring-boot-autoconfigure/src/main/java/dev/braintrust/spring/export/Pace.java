package dev.braintrust.spring.export;

import java.time.Duration;

import dev.braintrust.spring.api.Backoff;

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
