package dev.braintrust.spring.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs a main class in a process with OpenTelemetry's Java agent.
 */
public final class AgentProcess {

	private static final Path AGENT = Path.of("target", "agent", "opentelemetry-javaagent.jar");

	private AgentProcess() {
	}

	/**
	 * Run a main class until it ends, which must be without an error.
	 * @param directory its working directory, which also gets its output
	 * @param telemetry the receiver of the agent's export
	 * @param main the main class
	 * @param arguments its arguments
	 */
	public static void run(Path directory, OtlpReceiver telemetry, Class<?> main, String... arguments)
			throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-javaagent:" + AGENT.toAbsolutePath(),
						"-Dotel.exporter.otlp.endpoint=" + telemetry.url(), "-Dotel.metrics.exporter=none",
						"-Dotel.logs.exporter=none", main.getName()));
		command.addAll(List.of(arguments));
		Path output = directory.resolve(main.getSimpleName() + ".txt");
		ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile());
		builder.environment().keySet().removeIf(AgentProcess::isSetting);
		builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
		Process process = builder.start();
		try {
			assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("the application ends").isTrue();
		}
		finally {
			process.destroyForcibly().waitFor();
		}
		assertThat(process.exitValue()).as(Files.readString(output)).isZero();
	}

	private static boolean isSetting(String variable) {
		return Stream.of("BRAINTRUST_", "OPENAI_", "OTEL_", "SPRING_", "MANAGEMENT_", "JAVA_TOOL_OPTIONS")
			.anyMatch(variable::startsWith);
	}

}
