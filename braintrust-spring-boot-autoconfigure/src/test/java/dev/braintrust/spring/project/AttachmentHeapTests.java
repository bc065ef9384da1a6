package dev.braintrust.spring.project;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.UploadFlow.Step;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds that what waits to be uploaded stays within its budget, by a heap that has room
 * for little else.
 */
class AttachmentHeapTests {

	private static final int BUDGET = 64;

	private static final int REST = 32;

	@Test
	void fiveHundredMegabytesPassThroughAHeapOfTheBudgetAndALittle() throws IOException, InterruptedException {
		try (OtlpReceiver receiver = new OtlpReceiver()) {
			receiver.uploads().forgetful();
			Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-Xmx" + (BUDGET + REST) + "m", "-XX:+UseSerialGC", "-Xmn6m", "-XX:+ExitOnOutOfMemoryError", "-cp",
					System.getProperty("java.class.path"), UploadProcess.class.getName(), receiver.url())
				.redirectErrorStream(true)
				.start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
			assertThat(process.exitValue()).as(output).isZero();
			assertThat(receiver.uploads().requests(Step.STORAGE)).hasSize(UploadProcess.COUNT);
			assertThat(receiver.spans()).hasSize(UploadProcess.COUNT);
		}
	}

}
