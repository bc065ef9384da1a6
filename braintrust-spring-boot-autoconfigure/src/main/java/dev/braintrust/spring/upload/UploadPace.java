package dev.braintrust.spring.upload;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/**
 * How long uploads wait for what.
 *
 * @param maxRetries how often a request is repeated
 * @param firstPause the pause before a request is repeated for the first time
 * @param longestPause the longest pause before a request is repeated
 * @param downPause the pause before an upload is tried where uploads have failed
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/attachments.md#retries">Braintrust's
 * specification, "Retries"</a>
 */
public record UploadPace(int maxRetries, Duration firstPause, Duration longestPause, Duration downPause) {

	static final UploadPace NORMAL = new UploadPace(8, Duration.ofMillis(500), Duration.ofSeconds(30),
			Duration.ofSeconds(30));

	private static final int MAX_DOUBLINGS = 10;

	// As for spans.
	private static final Duration LONGEST_ASKED = Duration.ofMinutes(10);

	// The pause after a failed attempt. It doubles with each one, and up to half of it is
	// left out at random. What the server asks for is kept, up to ten minutes, and the
	// pause is never less than it would be without.
	long pause(int attempts, @Nullable Duration retryAfter) {
		long longest = this.longestPause.toNanos();
		long pause = Math.min(longest, this.firstPause.toNanos() << Math.min(attempts - 1, MAX_DOUBLINGS));
		long random = ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
		if (retryAfter == null) {
			return random;
		}
		// A date may be farther away than nanoseconds can say.
		Duration asked = (retryAfter.compareTo(LONGEST_ASKED) < 0) ? retryAfter : LONGEST_ASKED;
		return Math.max(random, asked.toNanos());
	}

}
