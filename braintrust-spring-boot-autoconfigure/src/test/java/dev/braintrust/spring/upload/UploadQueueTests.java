package dev.braintrust.spring.upload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.api.BackgroundLog;
import dev.braintrust.spring.upload.AttachmentStatus.State;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

/**
 * Tests of {@link UploadQueue}.
 */
class UploadQueueTests {

	private static final int MANY = 20_000;

	private static final Duration LONG = Duration.ofMinutes(1);

	private final ExecutorService executor = Executors.newSingleThreadExecutor();

	@AfterEach
	void stop() {
		this.executor.shutdownNow();
	}

	@Test
	void manyUploadsThatFailAtOnceEndOneAfterAnother() throws Exception {
		CompletableFuture<Void> first = new CompletableFuture<>();
		AtomicInteger released = new AtomicInteger();
		UploadQueue queue = queue((upload) -> first);
		List<CompletableFuture<Boolean>> ended = new ArrayList<>();
		// While the first upload is in flight, the others are queued.
		for (int i = 0; i < MANY; i++) {
			Attachment attachment = Attachments.of(new byte[3], "image/png");
			Delivery delivery = new Delivery(attachment, 3);
			delivery.await(false);
			ended.add(queue.add(delivery, digest(i), released::incrementAndGet));
		}
		first.completeExceptionally(new IllegalStateException("closed"));
		for (CompletableFuture<Boolean> each : ended) {
			assertThat(each.get(1, TimeUnit.MINUTES)).isFalse();
		}
		assertThat(queue.failures()).isEqualTo(MANY);
		assertThat(released).hasValue(MANY);
		AttachmentStatus status = queue.status(Map.of(), 0);
		assertThat(status.state()).isEqualTo(State.UNAVAILABLE);
		assertThat(status.waiting()).isZero();
	}

	@Test
	void uploadOfASpanThatIsLostIsGivenUpAtOnceAndIsNoFailure() {
		UploadQueue queue = queue((upload) -> new CompletableFuture<>());
		AtomicInteger released = new AtomicInteger();
		for (int i = 0; i < 5; i++) {
			Delivery delivery = waiting();
			CompletableFuture<Boolean> ended = queue.add(delivery, digest(i), released::incrementAndGet);
			delivery.release();
			assertThat(ended).succeedsWithin(LONG).isEqualTo(false);
			assertThat(delivery.round()).isCompleted();
		}
		assertThat(released).hasValue(5);
		assertThat(queue.failures()).isZero();
		assertThat(queue.status(Map.of(), 0).state()).isEqualTo(State.AVAILABLE);
		assertThat(queue.status(Map.of(), 0).waiting()).isZero();
	}

	@Test
	void uploadThatIsAskedForWhenItsSpanWaitsNoLongerDoesNotStart() {
		AtomicInteger started = new AtomicInteger();
		UploadQueue queue = queue((upload) -> {
			started.incrementAndGet();
			return new CompletableFuture<>();
		});
		Delivery late = waiting();
		late.end();
		assertThat(queue.add(late, digest(1), () -> {
		})).isCompletedWithValue(false);
		assertThat(queue.status(Map.of(), 0).waiting()).isZero();
		this.executor.shutdown();
		assertThat(started).hasValue(0);
	}

	@Test
	void uploadThatAnotherSpanWaitsForGoesOn() {
		UploadQueue queue = queue((upload) -> new CompletableFuture<>());
		Delivery lost = waiting();
		Delivery kept = waiting();
		queue.add(lost, digest(1), () -> {
		});
		CompletableFuture<Boolean> ended = queue.add(kept, digest(1), () -> {
		});
		lost.release();
		assertThat(ended).isNotDone();
		assertThat(queue.status(Map.of(), 0).waiting()).isOne();
	}

	@Test
	void stepsOfAStatusAreThoseOfUploads() {
		assertThat(AttachmentStatus.STEPS)
			.isEqualTo(Stream.of(UploadFailure.Step.values()).map(UploadFailure.Step::tag).toList());
	}

	@Test
	void uploadThatIsTooSlowOnceIsNoOutage() {
		AtomicInteger started = new AtomicInteger();
		UploadQueue queue = queue((upload) -> {
			upload.at(UploadFailure.Step.STORAGE);
			started.incrementAndGet();
			return new CompletableFuture<>();
		});
		for (int i = 1; i <= 3; i++) {
			Delivery slow = waiting();
			queue.add(slow, digest(i), () -> {
			});
			await().untilAtomic(started, equalTo(i));
			slow.expire();
			AttachmentStatus status = queue.status(Map.of(), 0);
			assertThat(status.failed()).containsEntry("storage", (long) i);
			assertThat(status.state()).isEqualTo((i < 3) ? State.AVAILABLE : State.UNAVAILABLE);
		}
	}

	private UploadQueue queue(Function<Upload, CompletableFuture<?>> uploader) {
		return new UploadQueue(uploader, this.executor,
				new UploadLog("support", new BackgroundLog(LogFactory.getLog(UploadQueueTests.class))));
	}

	private static Delivery waiting() {
		Delivery delivery = new Delivery(Attachments.of(new byte[3], "image/png"), 3);
		delivery.await(false);
		return delivery;
	}

	private static ContentDigests.Digest digest(int number) {
		return new ContentDigests.Digest("x" + number, 3, 0);
	}

}
