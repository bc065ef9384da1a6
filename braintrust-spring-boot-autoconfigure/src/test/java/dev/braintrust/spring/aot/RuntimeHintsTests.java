package dev.braintrust.spring.aot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.aot.agent.RuntimeHintsAgent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests with Spring's agent for runtime hints that all reflection in the starter has a
 * hint.
 */
@Tag("process")
class RuntimeHintsTests {

	@TempDir
	private Path directory;

	@Test
	void whatTheStarterDoesByReflectionHasHints() throws Exception {
		List<String> output = run();
		assertThat(output).noneMatch((line) -> line.startsWith(HintedApplication.MISSING));
		assertThat(output).filteredOn((line) -> line.startsWith(HintedApplication.KNOWN)).hasSizeGreaterThan(5);
	}

	private List<String> run() throws IOException, InterruptedException {
		Path agent = Path.of(RuntimeHintsAgent.class.getProtectionDomain().getCodeSource().getLocation().getPath());
		Path output = this.directory.resolve("output.txt");
		ProcessBuilder builder = new ProcessBuilder(Path.of(System
			.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-javaagent:" + agent
					+ "=+dev.braintrust.spring,+org.springframework.util,+org.springframework.beans,+org.springframework.aop",
				HintedApplication.class.getName())
			.directory(this.directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile());
		builder.environment().keySet().removeIf((name) -> name.startsWith("BRAINTRUST_"));
		builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
		Process process = builder.start();
		try {
			assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("the application ends").isTrue();
		}
		finally {
			process.destroyForcibly().waitFor();
		}
		assertThat(process.exitValue()).as(Files.readString(output)).isZero();
		return Files.readAllLines(output);
	}

}
