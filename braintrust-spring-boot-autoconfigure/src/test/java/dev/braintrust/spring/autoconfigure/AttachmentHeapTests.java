package dev.braintrust.spring.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.UploadFlow.Step;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests the memory budget of attachments in a process whose heap has little room for
 * anything else.
 */
@Tag("process")
class AttachmentHeapTests {

	private static final int BUDGET = 64;

	private static final int REST = 32;

	// The heap of the same application without images, with a margin, in MB.
	private static final int EMPTY = 30;

	private static final int IMAGE = 10;

	@Test
	void fiveHundredMegabytesPassThroughAHeapOfTheBudgetAndALittle() throws IOException, InterruptedException {
		try (OtlpReceiver receiver = new OtlpReceiver()) {
			receiver.uploads().forgetful();
			run(UploadProcess.class, BUDGET + REST, receiver.url());
			assertThat(receiver.uploads().requests(Step.STORAGE)).hasSize(UploadProcess.COUNT);
			assertThat(receiver.spans()).hasSize(UploadProcess.COUNT);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 'x', 0x1f600 })
	void imageThatIsBase64TakesAHeapOfThreeTimesItsSize(int character) throws IOException, InterruptedException {
		try (OtlpReceiver receiver = new OtlpReceiver()) {
			run(Base64Process.class, EMPTY + IMAGE + 3 * IMAGE, receiver.url(), String.valueOf(IMAGE * 1_000_000),
					String.valueOf(character));
			assertThat(receiver.spans().get(0).metadata().at("/question").asString())
				.isEqualTo(Character.toString(character));
			assertThat(receiver.spans().get(0).output().at("/content").asString())
				.hasSizeGreaterThan(IMAGE * 1_333_333);
		}
	}

	private static void run(Class<?> main, int megabytes, String... arguments)
			throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + megabytes + "m",
						"-XX:+UseSerialGC", "-Xmn6m", "-XX:+ExitOnOutOfMemoryError", "-cp",
						System.getProperty("java.class.path"), main.getName()));
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
		assertThat(process.exitValue()).as(output).isZero();
	}

}
