package dev.braintrust.spring.eval.report;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests of the progress display of a run.
 */
@ExtendWith(OutputCaptureExtension.class)
class ProgressTests {

	private final StringWriter written = new StringWriter();

	@Test
	void oneRowIsOne() {
		new Progress("'echo'", 1, null, new PrintWriter(this.written)).draw();
		assertThat(this.written.toString()).contains("0 of 1 row ");
	}

	@Test
	void barOfATerminalGrowsAndIsGoneAtTheEnd() {
		Progress progress = new Progress("'echo'", 4, null, new PrintWriter(this.written));
		progress.draw();
		assertThat(this.written.toString()).isEqualTo("\r[" + ".".repeat(30) + "] 0 of 4 rows   ");
		progress.ended(false);
		progress.ended(true);
		progress.draw();
		assertThat(this.written.toString())
			.contains("\r[" + "#".repeat(15) + ".".repeat(15) + "] 2 of 4 rows, 1 failed, about");
		progress.stop();
		assertThat(this.written.toString()).endsWith("\r");
		int length = this.written.toString().length();
		progress.draw();
		assertThat(this.written.toString()).hasSize(length);
	}

	@Test
	void logHasALine(CapturedOutput output) {
		Progress progress = new Progress("'echo' of the Braintrust project 'support'", 2000, null, null);
		progress.ended(false);
		progress.log();
		assertThat(output)
			.contains("The experiment 'echo' of the Braintrust project 'support' goes on: 1 of 2,000 rows, about");
		progress.stop();
		assertThat(this.written.toString()).isEmpty();
	}

	@Test
	void experimentGoesOnWithoutAThreadThatShowsItsProgress() {
		ScheduledExecutorService exhausted = Executors.newSingleThreadScheduledExecutor((task) -> {
			throw new OutOfMemoryError("unable to create native thread");
		});
		for (PrintWriter terminal : new PrintWriter[] { null, new PrintWriter(this.written) }) {
			assertThatNoException().isThrownBy(() -> new Progress("'echo'", 4, null, terminal).start(exhausted));
		}
		exhausted.shutdownNow();
	}

}
