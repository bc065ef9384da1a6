package dev.braintrust.spring.upload;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SourceReads}.
 */
class SourceReadsTests {

	private static final int THREADS = 10;

	private static final int THREADS_OF_PROJECT = 2;

	private final SourceReads reads = new SourceReads();

	private final CompletableFuture<Void> end = new CompletableFuture<>();

	@AfterEach
	void close() {
		this.end.complete(null);
		this.reads.close();
	}

	@Test
	void projectThatComesLastIsNextWhateverOthersHaveWaiting() throws Exception {
		CountDownLatch running = new CountDownLatch(THREADS);
		CompletableFuture<Void> first = new CompletableFuture<>();
		List<SourceReads.OfProject> projects = new ArrayList<>();
		for (int i = 0; i < THREADS / THREADS_OF_PROJECT; i++) {
			SourceReads.OfProject project = this.reads.ofProject();
			projects.add(project);
			for (int j = 0; j < THREADS_OF_PROJECT; j++) {
				CompletableFuture<Void> until = (i == 0 && j == 0) ? first : this.end;
				project.read(() -> {
					running.countDown();
					return until.join();
				});
			}
		}
		assertThat(running.await(1, TimeUnit.MINUTES)).isTrue();
		projects.forEach((project) -> project.read(this.end::join));
		SourceReads.Read<String> last = this.reads.ofProject().read(() -> "read");
		first.complete(null);
		assertThat(last.result().get(1, TimeUnit.MINUTES)).isEqualTo("read");
	}

}
