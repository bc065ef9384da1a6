package dev.braintrust.spring.export;

import java.time.Duration;

/**
 * How large requests of one project may be on their way to the server, as far as answers
 * tell. It is forgotten after an hour, since the way may have changed. Guarded by the
 * lock of {@link SpanQueues}; all times are of {@link System#nanoTime()}.
 */
final class RequestSize {

	private static final long REMEMBERED = Duration.ofHours(1).toNanos();

	// A server that refuses everything as too large has no limit to keep to.
	private static final long LEAST = 64 << 10;

	private long max = Long.MAX_VALUE;

	private long knownSince;

	private long suspected;

	// How large a request of several spans may be.
	long max(long now) {
		if (this.max != Long.MAX_VALUE && now - this.knownSince > REMEMBERED) {
			this.max = Long.MAX_VALUE;
		}
		return this.max;
	}

	// A request was not accepted, and is made smaller.
	void refused(long size, boolean certain, long now) {
		if (certain) {
			limit(size, now);
		}
		else {
			this.suspected = size;
		}
	}

	void accepted(boolean atOnce, long now) {
		if (atOnce && this.suspected > 0) {
			limit(this.suspected, now);
		}
		this.suspected = 0;
	}

	private void limit(long refused, long now) {
		this.max = Math.max(LEAST, refused - 1);
		this.knownSince = now;
	}

}
