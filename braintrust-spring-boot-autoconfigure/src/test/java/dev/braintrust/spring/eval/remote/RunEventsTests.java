package dev.braintrust.spring.eval.remote;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RunEvents}.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RunEventsTests {

	private static final Duration LONG = Duration.ofMinutes(5);

	private final AtomicInteger left = new AtomicInteger();

	@Test
	void eventsAreReadInTheirOrderUntilTheEnd() {
		RunEvents events = events(LONG, LONG);
		events.add("progress", "1");
		events.add("done", "");
		events.end();
		events.add("late", "2");
		assertThat(events.next()).isEqualTo("event: progress\ndata: 1\n\n");
		assertThat(events.next()).isEqualTo("event: done\ndata: \n\n");
		assertThat(events.next()).isNull();
		events.close();
		assertThat(this.left).hasValue(0);
	}

	@Test
	void quietConnectionGetsComments() {
		RunEvents events = events(Duration.ofMillis(1), LONG);
		assertThat(events.next()).startsWith(":").endsWith("\n\n");
		assertThat(events.next()).startsWith(":");
	}

	@Test
	void readerWhoLeavesEndsTheRunOnce() {
		RunEvents events = events(LONG, LONG);
		events.add("progress", "1");
		events.close();
		events.close();
		events.add("progress", "2");
		assertThat(this.left).hasValue(1);
		assertThat(events.next()).isNull();
	}

	@Test
	void readerWhoReadsNothingForTooLongHasLeft() {
		RunEvents events = events(LONG, Duration.ofMillis(50));
		while (this.left.get() == 0) {
			events.add("progress", "x".repeat(1 << 20));
		}
		assertThat(events.next()).isNull();
	}

	@Test
	void rowsWaitForAReaderWhoIsSlow() throws Exception {
		RunEvents events = events(LONG, LONG);
		for (int i = 0; i < 4; i++) {
			events.add("progress", "x".repeat(1_000_000));
		}
		CompletableFuture<Void> added = new CompletableFuture<>();
		Thread row = new Thread(() -> {
			events.add("progress", "y".repeat(1_000_000));
			added.complete(null);
		});
		row.start();
		while (row.getState() != Thread.State.TIMED_WAITING) {
			Thread.onSpinWait();
		}
		assertThat(added).isNotDone();
		events.next();
		added.get(1, TimeUnit.MINUTES);
		assertThat(this.left).hasValue(0);
	}

	@Test
	void eventThatIsLargerThanAllThatMayWaitIsSent() {
		RunEvents events = events(LONG, LONG);
		events.add("progress", "x".repeat(10_000_000));
		assertThat(events.next()).hasSizeGreaterThan(10_000_000);
	}

	private RunEvents events(Duration heartbeat, Duration patience) {
		return new RunEvents(heartbeat, patience, this.left::incrementAndGet);
	}

}
