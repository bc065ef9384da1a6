package dev.braintrust.spring.upload;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.api.BackgroundLog;
import dev.braintrust.spring.upload.AttachmentStatus.State;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link UploadQueue}.
 */
class UploadQueueTests {

	private static final int MANY = 20_000;

	private final ExecutorService executor = Executors.newSingleThreadExecutor();

	@AfterEach
	void stop() {
		this.executor.shutdownNow();
	}

	@Test
	void manyUploadsThatFailAtOnceEndOneAfterAnother() throws Exception {
		CompletableFuture<Void> first = new CompletableFuture<>();
		AtomicInteger released = new AtomicInteger();
		UploadLog log = new UploadLog("support", new BackgroundLog(LogFactory.getLog(UploadQueueTests.class)));
		UploadQueue queue = new UploadQueue((upload) -> first, this.executor, log);
		List<CompletableFuture<Boolean>> ended = new ArrayList<>();
		// While the first is under way the others come to wait.
		for (int i = 0; i < MANY; i++) {
			Attachment attachment = Attachments.of(new byte[3], "image/png");
			ended.add(queue.add(new Delivery(attachment, 3), new ContentDigests.Digest("x" + i, 3, 0),
					released::incrementAndGet));
		}
		first.completeExceptionally(new IllegalStateException("closed"));
		for (CompletableFuture<Boolean> each : ended) {
			assertThat(each.get(30, TimeUnit.SECONDS)).isFalse();
		}
		assertThat(queue.failures()).isEqualTo(MANY);
		assertThat(released).hasValue(MANY);
		AttachmentStatus status = queue.status(Map.of(), 0);
		assertThat(status.state()).isEqualTo(State.UNAVAILABLE);
		assertThat(status.waiting()).isZero();
	}

}
