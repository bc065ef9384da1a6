package dev.braintrust.spring.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.trace.DefaultProjectTracer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests that an application's start does not load classes that only spans and attachments
 * need.
 */
@Tag("process")
class LightStartTests {

	private static final List<String> LATER = List.of("java.net.http.HttpClient ", "tools.jackson.databind.",
			"org.apache.tika.", "io.opentelemetry.sdk.trace.SdkTracerProvider ",
			"io.opentelemetry.api.trace.SpanContext ", "dev.braintrust.spring.trace.Project$Recording ",
			"dev.braintrust.spring.trace.EndedSpan ", "dev.braintrust.spring.content.json.SpanJson ",
			"dev.braintrust.spring.upload.Uploader ", "dev.braintrust.spring.upload.UploadQueue ",
			"dev.braintrust.spring.Attachments ", "dev.braintrust.spring.console.",
			"dev.braintrust.spring.eval.remote.", "dev.braintrust.spring.autoconfigure.properties.ConsoleProperties ");

	// Bean types must be loaded, because Spring compares types in its search for beans.
	private static final Set<String> TYPES = Set.of("dev.braintrust.spring.eval.ProjectEvals",
			"dev.braintrust.spring.eval.BraintrustEvals", "dev.braintrust.spring.prompt.ProjectPrompts",
			"dev.braintrust.spring.prompt.BraintrustPrompts");

	// Classes of the starter and of OpenTelemetry, and some of this test. Before you
	// raise the limit, consider loading the class with the first span. The startup check
	// runs in parallel, so the number varies a little.
	private static final int MAX_CLASSES = 140;

	@TempDir
	Path folder;

	@Test
	void startLoadsNothingThatOnlySpansAndAttachmentsNeed() throws IOException, InterruptedException {
		Path log = this.folder.resolve("classes.txt");
		Path output = this.folder.resolve("output.txt");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xlog:class+load:file=" + log, "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				StartProcess.class.getName())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(process.exitValue()).as(Files.readString(output)).isZero();
		List<String> loaded = Files.readAllLines(log);
		assertThat(loaded).anyMatch((line) -> line.contains("] " + DefaultProjectTracer.class.getName() + " "));
		assertThat(loaded).filteredOn(LightStartTests::later).isEmpty();
		assertThat(loaded).filteredOn(LightStartTests::ofTheStarter).hasSizeLessThanOrEqualTo(MAX_CLASSES);
	}

	// Otherwise this test would not notice a renamed class.
	@Test
	void classesThatComeLaterExist() {
		assertThat(LATER).filteredOn((name) -> name.endsWith(" "))
			.allSatisfy((name) -> assertThatNoException()
				.isThrownBy(() -> Class.forName(name.strip(), false, LightStartTests.class.getClassLoader())));
	}

	private static boolean ofTheStarter(String line) {
		return line.contains("] dev.braintrust.spring.") || line.contains("] io.opentelemetry.");
	}

	private static boolean later(String line) {
		String name = line.substring(line.lastIndexOf("] ") + 2);
		boolean unused = name.startsWith("dev.braintrust.spring.eval.")
				|| name.startsWith("dev.braintrust.spring.prompt.");
		return LATER.stream().anyMatch(name::startsWith)
				|| (unused && !TYPES.contains(name.substring(0, name.indexOf(' '))));
	}

}
