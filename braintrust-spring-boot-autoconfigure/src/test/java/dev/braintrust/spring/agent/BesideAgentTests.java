package dev.braintrust.spring.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.braintrust.spring.support.AgentProcess;
import dev.braintrust.spring.support.ModelServer;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.support.SpanPaths;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs an application with OpenTelemetry's Java agent in separate processes, with and
 * without the starter, and compares the spans that both export.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("process")
class BesideAgentTests {

	@TempDir
	private Path directory;

	private final ModelServer model = new ModelServer();

	private final OtlpReceiver braintrust = new OtlpReceiver();

	@AfterEach
	void close() {
		this.braintrust.close();
		this.model.close();
	}

	@Test
	void projectsAreTheSameAndTheAgentTracesWhatItWould() throws Exception {
		try (OtlpReceiver alone = new OtlpReceiver(); OtlpReceiver beside = new OtlpReceiver()) {
			runBesideAgent(alone, "without");
			assertThat(this.braintrust.requests()).isEmpty();
			assertThat(SpanPaths.of(alone.spans())).contains("GET > GET /ask > handle > look up > POST");
			runBesideAgent(beside, "with");
			assertThat(SpanPaths.of(beside.spans())).isEqualTo(SpanPaths.of(alone.spans()));
			assertNothingIsShared(beside.spans(), this.braintrust.spans());
		}
		// The agent propagates the current context to all executors.
		assertThat(SpanPaths.of(this.braintrust.spans())).isEqualTo(paths("job > carried"));
		assertThat(this.braintrust.requests()).isNotEmpty().allMatch((request) -> request.traceparent() == null);
	}

	@Test
	void projectsAreTheSameWithoutTheAgent() throws Exception {
		answer();
		AgentApplication.run(AgentApplication.WithStarter.class, arguments());
		assertThat(SpanPaths.of(this.braintrust.spans())).isEqualTo(paths("carried"));
	}

	private static List<String> paths(String carried) {
		return Stream
			.of("job", carried, "researchChat", "researchChat > Chat Completion", "sender", "sender > receiver", "turn",
					"turn > supportChat", "turn > supportChat > Chat Completion",
					"turn > supportChat > Chat Completion", "turn > supportChat > askResearch",
					"turn > supportChat > askResearch > delegate", "turn > turn", "turn > turn > supportChat",
					"turn > turn > supportChat > Chat Completion")
			.sorted()
			.toList();
	}

	private void assertNothingIsShared(List<ReceivedSpan> agent, List<ReceivedSpan> projects) {
		assertThat(projects).extracting(ReceivedSpan::traceId)
			.doesNotContainAnyElementsOf(agent.stream().map(ReceivedSpan::traceId).toList());
		assertThat(projects).extracting(ReceivedSpan::parent)
			.containsOnly("project_name:Support Agent", "project_id:r-1");
		// No attribute of the starter, and no request to the receiver of its spans.
		String endpoint = this.braintrust.url().substring("http://".length());
		assertThat(agent).noneMatch((span) -> span.attributes().toString().contains("braintrust"))
			.noneMatch((span) -> span.attributes().toString().contains(endpoint));
	}

	private void answer() {
		this.model.callsTool("call_1", "askResearch", "{}").says("42").says("It is 42.").streams("In", "deed.");
	}

	private void runBesideAgent(OtlpReceiver telemetry, String starter) throws IOException, InterruptedException {
		answer();
		AgentProcess.run(this.directory, telemetry, AgentApplication.class,
				Stream.concat(Stream.of(starter), Stream.of(arguments())).toArray(String[]::new));
	}

	private String[] arguments() {
		return new String[] { "--spring.ai.openai.base-url=" + this.model.url(), "--spring.ai.openai.api-key=sk-model",
				"--braintrust.api-url=" + this.braintrust.url(), "--braintrust.api-key=sk-test",
				"--braintrust.projects.support.name=Support Agent", "--braintrust.projects.research.id=r-1" };
	}

}
