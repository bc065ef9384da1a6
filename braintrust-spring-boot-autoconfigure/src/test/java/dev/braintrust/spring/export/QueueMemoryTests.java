package dev.braintrust.spring.export;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import dev.braintrust.spring.support.OtlpReceiver;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests the memory budget of the queues in a process whose heap is only just large enough
 * for it.
 */
@Tag("process")
class QueueMemoryTests {

	@Test
	void spansThatWaitHoldTheBudgetAndNoMore() throws Exception {
		try (OtlpReceiver receiver = new OtlpReceiver().hanging()) {
			// The heap holds the budget of 64 MB, a quarter of it for the inboxes,
			// another quarter for errors of the estimate, and 64 MB for requests and
			// all other objects. Without a budget, the spans would need several times
			// as much.
			Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-Xmx160m", "-XX:+ExitOnOutOfMemoryError", "-cp", System.getProperty("java.class.path"),
					FloodedQueue.class.getName(), receiver.url())
				.redirectErrorStream(true)
				.start();
			// Let the process continue when a request hangs.
			receiver.awaitRequests(1);
			process.getOutputStream().close();
			String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor()).as(said).isZero();
			assertThat(said).contains("ended=3000 queued=3000 lost=0 bare=");
		}
	}

}
