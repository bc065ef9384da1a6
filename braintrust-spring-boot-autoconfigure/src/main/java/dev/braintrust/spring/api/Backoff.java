package dev.braintrust.spring.api;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The number of retries and the pauses before them. Pauses double. A random part of each,
 * up to half, is left out, so that many processes do not retry at the same time.
 *
 * @param maxRetries how often a request is retried
 * @param first the pause before the first retry
 * @param longest the longest pause before a retry
 */
public record Backoff(int maxRetries, Duration first, Duration longest) {

	// Send once, without retries.
	public static final Backoff NEVER = new Backoff(0, Duration.ZERO, Duration.ZERO);

	private static final int MAX_DOUBLINGS = 10;

	// Return the pause after a number of failed attempts, in nanoseconds.
	public long pause(int attempts) {
		long pause = Math.min(this.longest.toNanos(),
				this.first.toNanos() << Math.min(Math.max(0, attempts - 1), MAX_DOUBLINGS));
		return ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
	}

	// The same, or longer if the server asks for it.
	public long pause(int attempts, Reply reply) {
		return Math.max(pause(attempts), reply.retryAfter().toNanos());
	}

}
