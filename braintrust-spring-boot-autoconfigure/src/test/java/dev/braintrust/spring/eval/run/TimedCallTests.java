package dev.braintrust.spring.eval.run;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link TimedCall}.
 */
class TimedCallTests {

	private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

	@AfterEach
	void close() {
		this.clock.shutdownNow();
	}

	@Test
	void callThatIsCancelledBeforeItBeginsDoesNotBegin() {
		AtomicInteger calls = new AtomicInteger();
		TimedCall<Integer> call = new TimedCall<>(calls::incrementAndGet, this.clock);
		CancellationException reason = new CancellationException();
		call.interrupt(reason);
		assertThat(call.run(Duration.ofMinutes(5), "The task", null).error()).isSameAs(reason);
		assertThat(calls).hasValue(0);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

}
