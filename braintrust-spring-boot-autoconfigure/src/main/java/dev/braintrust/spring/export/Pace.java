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
 */
record Pace(Duration interval, Duration firstPause, Duration longestPause, Duration closeTimeout) {

	private static final int MAX_DOUBLINGS = 10;

	/**
	 * The pace of an application.
	 * @param closeTimeout how long closing waits for what is left to be sent
	 * @return the pace
	 */
	static Pace closingIn(Duration closeTimeout) {
		return new Pace(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(30), closeTimeout);
	}

	/**
	 * The pause after a failed attempt. It doubles with each one, and up to half of it is
	 * left out at random, so that many processes do not come back at the same time.
	 * @param attempts the number of attempts so far
	 * @return the pause in nanoseconds
	 */
	long pause(int attempts) {
		long pause = Math.min(this.longestPause.toNanos(),
				this.firstPause.toNanos() << Math.min(Math.max(0, attempts - 1), MAX_DOUBLINGS));
		return ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
	}

}
