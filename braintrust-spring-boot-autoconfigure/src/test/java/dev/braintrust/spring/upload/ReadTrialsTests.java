package dev.braintrust.spring.upload;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ReadTrials}.
 */
class ReadTrialsTests {

	@Test
	void twoTimeoutsInARowAreFollowedByAPause() {
		ReadTrials trials = new ReadTrials(Duration.ofMinutes(1));
		trials.timedOut();
		assertThat(trials.permit()).isTrue();
		trials.timedOut();
		assertThat(trials.permit()).isFalse();
	}

	@Test
	void whatReturnsBetweenTwoTimeoutsStartsAnew() {
		ReadTrials trials = new ReadTrials(Duration.ofMinutes(1));
		trials.timedOut();
		trials.returned();
		trials.timedOut();
		assertThat(trials.permit()).isTrue();
	}

	@Test
	void afterThePauseOneTriesAndWhereItReturnsAllMayRead() {
		ReadTrials trials = new ReadTrials(Duration.ZERO);
		trials.timedOut();
		trials.timedOut();
		assertThat(trials.permit()).isTrue();
		trials.returned();
		assertThat(trials.permit()).isTrue();
	}

}
