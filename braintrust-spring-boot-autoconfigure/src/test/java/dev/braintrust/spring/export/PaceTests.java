package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Pace}.
 */
class PaceTests {

	private static final Pace PACE = Pace.closingIn(Duration.ofSeconds(10));

	@ParameterizedTest
	@CsvSource({ "0, 1", "1, 1", "2, 2", "3, 4", "5, 16", "6, 30", "7, 30", "1000000, 30" })
	void pauseDoublesUpToHalfAMinuteAndIsShortenedByHalfAtMost(int attempts, int seconds) {
		long pause = TimeUnit.SECONDS.toNanos(seconds);
		for (int draw = 0; draw < 1000; draw++) {
			assertThat(PACE.pause(attempts)).isBetween(pause / 2, pause);
		}
	}

	@Test
	void pausesOfTwoProcessesDiffer() {
		assertThat(PACE.pause(1)).isNotEqualTo(PACE.pause(1));
	}

	@Test
	void pauseMayBeNothing() {
		Pace pace = new Pace(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);
		assertThat(pace.pause(3)).isZero();
	}

}
