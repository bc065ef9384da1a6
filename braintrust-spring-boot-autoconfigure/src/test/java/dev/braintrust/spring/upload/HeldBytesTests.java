package dev.braintrust.spring.upload;

import java.nio.file.Path;

import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.api.MemoryBudget;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link HeldBytes}.
 */
class HeldBytesTests {

	private final HeldBytes held = new HeldBytes(new MemoryBudget(3000).of("support"), 1000, 3);

	@Test
	void arrayCountsOnceHoweverManyHoldIt() {
		byte[] bytes = new byte[600];
		HeldBytes.Lease first = this.held.hold(Attachments.of(bytes));
		HeldBytes.Lease second = this.held.hold(Attachments.of(bytes).named("again.png"));
		assertThat(this.held.size()).isEqualTo(600);
		first.release();
		first.release();
		assertThat(this.held.size()).isEqualTo(600);
		second.release();
		assertThat(this.held.size()).isZero();
	}

	@Test
	void whatDoesNotFitIsRefusedUntilThereIsRoom() {
		HeldBytes.Lease first = this.held.hold(Attachments.of(new byte[600]));
		assertThat(this.held.hold(Attachments.of(new byte[600]))).isNull();
		assertThat(this.held.hold(Attachments.of(new byte[400]))).isNotNull();
		first.release();
		assertThat(this.held.hold(Attachments.of(new byte[600]))).isNotNull();
	}

	@Test
	void whatIsOnDiskHoldsNothing() {
		assertThat(this.held.hold(Attachments.of(Path.of("large.mp4")))).isNotNull();
		assertThat(this.held.size()).isZero();
	}

	@Test
	void numberOfThoseThatWaitIsLimitedToo() {
		HeldBytes.Lease first = this.held.hold(Attachments.of(Path.of("1.mp4")));
		this.held.hold(Attachments.of(Path.of("2.mp4")));
		byte[] third = new byte[1];
		assertThat(this.held.hold(Attachments.of(third))).isNotNull();
		assertThat(this.held.hold(Attachments.of(Path.of("4.mp4")))).isNull();
		assertThat(this.held.hold(Attachments.of(third))).isNotNull();
		first.release();
		assertThat(this.held.hold(Attachments.of(Path.of("4.mp4")))).isNotNull();
	}

	@Test
	void whatIsLostWithItsSpanIsCountedNoLonger() {
		this.held.hold(Attachments.of(new byte[600]));
		await().untilAsserted(() -> {
			System.gc();
			assertThat(this.held.size()).isZero();
		});
	}

}
