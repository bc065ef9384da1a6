package dev.braintrust.spring.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample in a separate process, as a user would start it, without the settings of the
 * test process.
 */
final class SampleProcess implements AutoCloseable {

	private final Process process;

	private final Path output;

	private SampleProcess(Process process, Path output) {
		this.process = process;
		this.output = output;
	}

	/**
	 * Start the sample.
	 * @param directory its working directory, which also gets its output
	 * @param name the name of the file for its output
	 * @param arguments its arguments
	 */
	static SampleProcess start(Path directory, String name, List<String> arguments) throws IOException {
		return start(directory, name, List.of(), "", arguments);
	}

	/**
	 * Start the sample.
	 * @param directory its working directory, which also gets its output
	 * @param name the name of the file for its output
	 * @param options the options of the JVM
	 * @param classPath a prefix for the class path, with a separator at its end
	 * @param arguments its arguments
	 */
	static SampleProcess start(Path directory, String name, List<String> options, String classPath,
			List<String> arguments) throws IOException {
		List<String> command = new ArrayList<>(List.of(SupportDeskApplication.class.getName(), "--server.port=0"));
		command.addAll(arguments);
		return run(directory, name, options, classPath, command);
	}

	static SampleProcess run(Path directory, String name, List<String> options, String classPath, List<String> main)
			throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC"));
		command.addAll(options);
		command.addAll(main);
		Path output = directory.resolve(name + ".txt");
		ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile());
		builder.environment().keySet().removeIf(SampleProcess::isSetting);
		builder.environment().put("CLASSPATH", classPath + System.getProperty("java.class.path"));
		return new SampleProcess(builder.start(), output);
	}

	private static boolean isSetting(String variable) {
		return Stream.of("BRAINTRUST_", "OPENAI_", "OTEL_", "SPRING_", "MANAGEMENT_", "SAMPLE_", "JAVA_TOOL_OPTIONS")
			.anyMatch(variable::startsWith);
	}

	/**
	 * Wait until it ends, which must be without an error.
	 */
	void awaitEnd() throws IOException, InterruptedException {
		assertThat(this.process.waitFor(5, TimeUnit.MINUTES)).as("the sample ends").isTrue();
		assertThat(this.process.exitValue()).as(output()).isZero();
	}

	/**
	 * Ask it to stop, so that it flushes its queues.
	 */
	void stop() throws InterruptedException {
		this.process.destroy();
		assertThat(this.process.waitFor(5, TimeUnit.MINUTES)).as("the sample stops").isTrue();
	}

	/**
	 * Kill it with {@code kill -9}.
	 */
	void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	String output() throws IOException {
		return Files.readString(this.output);
	}

	@Override
	public void close() throws InterruptedException {
		kill();
	}

}
