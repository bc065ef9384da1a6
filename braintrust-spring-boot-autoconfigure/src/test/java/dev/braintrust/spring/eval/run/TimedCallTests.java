package dev.braintrust.spring.eval.run;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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

	@Test
	void interruptOfATimeoutIsNotForTheCodeThatFollows() {
		TimedCall<Integer> call = new TimedCall<>(() -> {
			while (!Thread.currentThread().isInterrupted()) {
				Thread.onSpinWait();
			}
			return 1;
		}, this.clock);
		assertThat(call.run(Duration.ofMillis(1), "The task", null).error()).isInstanceOf(TimeoutException.class);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void clockWithoutAThreadFailsTheCall() {
		OutOfMemoryError failure = new OutOfMemoryError("unable to create native thread");
		ScheduledExecutorService exhausted = Executors.newSingleThreadScheduledExecutor((task) -> {
			throw failure;
		});
		AtomicInteger calls = new AtomicInteger();
		TimedCall<Integer> call = new TimedCall<>(calls::incrementAndGet, exhausted);
		assertThat(call.run(Duration.ofMinutes(5), "The task", null).error()).isSameAs(failure);
		assertThat(calls).hasValue(0);
		exhausted.shutdownNow();
	}

	@Test
	void callIsAbandonedAtOnceIfNothingCanWait() throws InterruptedException {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch abandoned = new CountDownLatch(1);
		TimedCall<Integer> call = new TimedCall<>(() -> {
			started.countDown();
			while (abandoned.getCount() > 0) {
				Thread.onSpinWait();
			}
			return 1;
		}, this.clock);
		CompletableFuture<TimedCall.Outcome<Integer>> run = CompletableFuture
			.supplyAsync(() -> call.run(Duration.ofMinutes(5), "The task", abandoned::countDown));
		assertThat(started.await(1, TimeUnit.MINUTES)).isTrue();
		this.clock.shutdownNow();
		try {
			call.interrupt(new CancellationException());
			assertThat(run).failsWithin(Duration.ofMinutes(1))
				.withThrowableThat()
				.withCauseInstanceOf(TimedCall.AbandonedException.class);
		}
		finally {
			abandoned.countDown();
		}
	}

	@Test
	@Tag("fault")
	void callThatIsAbandonedHasNoOutcomeWhenItEndsAfterAll() {
		CountDownLatch abandoned = new CountDownLatch(1);
		TimedCall<Integer> call = new TimedCall<>(() -> {
			while (abandoned.getCount() > 0) {
				try {
					abandoned.await();
				}
				catch (InterruptedException ex) {
					// Ignore the interrupt.
				}
			}
			return 1;
		}, this.clock);
		assertThatExceptionOfType(TimedCall.AbandonedException.class)
			.isThrownBy(() -> call.run(Duration.ofMillis(1), "The task", abandoned::countDown));
		assertThat(call.reason()).isInstanceOf(TimeoutException.class);
	}

}
