package dev.braintrust.spring.api;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Backoff}.
 */
class BackoffTests {

	private static final Backoff BACKOFF = new Backoff(100, Duration.ofSeconds(1), Duration.ofSeconds(30));

	@ParameterizedTest
	@CsvSource({ "0, 1", "1, 1", "2, 2", "3, 4", "5, 16", "6, 30", "7, 30", "1000000, 30" })
	void pauseDoublesUpToHalfAMinuteAndIsShortenedByHalfAtMost(int attempts, int seconds) {
		long pause = TimeUnit.SECONDS.toNanos(seconds);
		for (int draw = 0; draw < 1000; draw++) {
			assertThat(BACKOFF.pause(attempts)).isBetween(pause / 2, pause);
		}
	}

	@Test
	void pausesOfTwoProcessesDiffer() {
		assertThat(BACKOFF.pause(1)).isNotEqualTo(BACKOFF.pause(1));
	}

	@Test
	void pauseMayBeNothing() {
		assertThat(Backoff.NEVER.pause(3)).isZero();
	}

	@Test
	void serverMayAskForALongerPauseUpToTenMinutes() {
		assertThat(Backoff.NEVER.pause(1, after(Duration.ofSeconds(7)))).isEqualTo(TimeUnit.SECONDS.toNanos(7));
		assertThat(Backoff.NEVER.pause(1, after(Duration.ofDays(7)))).isEqualTo(TimeUnit.MINUTES.toNanos(10));
		assertThat(BACKOFF.pause(6, after(Duration.ofMillis(1)))).isGreaterThan(TimeUnit.SECONDS.toNanos(14));
	}

	private static Reply after(Duration retryAfter) {
		return new Reply(503, "", new byte[0], retryAfter, null);
	}

}
