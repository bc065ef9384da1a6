package dev.braintrust.spring.api;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often a request is repeated, and after what pauses. They double, and up to half of
 * each is left out at random, so that many processes do not come back at the same time.
 *
 * @param maxRetries how often a request is repeated
 * @param first the pause before a request is repeated for the first time
 * @param longest the longest pause before a request is repeated
 */
public record Backoff(int maxRetries, Duration first, Duration longest) {

	// Send once.
	public static final Backoff NEVER = new Backoff(0, Duration.ZERO, Duration.ZERO);

	private static final int MAX_DOUBLINGS = 10;

	// The pause after a number of failed attempts, in nanoseconds.
	public long pause(int attempts) {
		long pause = Math.min(this.longest.toNanos(),
				this.first.toNanos() << Math.min(Math.max(0, attempts - 1), MAX_DOUBLINGS));
		return ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
	}

	// The same where the server may ask for a longer one.
	public long pause(int attempts, Reply reply) {
		return Math.max(pause(attempts), reply.retryAfter().toNanos());
	}

}
