package dev.braintrust.spring.isolation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.support.AgentProcess;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.support.SpanPaths;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the work of a task stays in the task when OpenTelemetry's Java agent is
 * attached, and that the agent exports the same spans with and without the starter. This
 * is the last column of the matrix.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("process")
class AgentMatrixTests {

	@TempDir
	private static Path directory;

	private static OtlpReceiver braintrust;

	private static OtlpReceiver agent;

	@BeforeAll
	static void run() throws IOException, InterruptedException {
		braintrust = new OtlpReceiver();
		agent = new OtlpReceiver();
		AgentProcess.run(directory, agent, AgentMatrix.class, braintrust.url());
	}

	@AfterAll
	static void close() {
		braintrust.close();
		agent.close();
	}

	@Test
	void workStaysInItsTaskWhereTheTableSaysSo() {
		Map<Route, Boolean> observed = new TreeMap<>();
		Map<Route, Boolean> expected = new TreeMap<>();
		for (Route route : Route.values()) {
			named(route.name() + " work").ifPresent((work) -> {
				ReceivedSpan task = named(route.name()).orElseThrow();
				assertThat(task.isRoot()).as("the task of %s is a root", route).isTrue();
				observed.put(route, SpanPaths.of(work, braintrust.spans()).startsWith(route.name() + " > "));
				expected.put(route, route.holdsBesideAgent());
			});
		}
		assertThat(observed).isEqualTo(expected).hasSizeGreaterThan(30);
	}

	@Test
	void everySpanIsInItsProject() {
		for (ReceivedSpan span : braintrust.spans()) {
			boolean other = span.name().endsWith(" other");
			assertThat(span.parent()).isEqualTo(other ? "project_id:r-1" : "project_name:Support Agent");
			assertThat(span.request().parent()).isEqualTo(span.parent());
		}
	}

	@Test
	void agentExportsWhatItExportsWithoutTheStarter() {
		List<ReceivedSpan> spans = agent.spans();
		long starter = spans.stream()
			.filter((span) -> span.name().equals(AgentMatrix.STARTER))
			.findFirst()
			.orElseThrow()
			.start();
		List<ReceivedSpan> with = new ArrayList<>();
		List<ReceivedSpan> without = new ArrayList<>();
		for (ReceivedSpan span : spans) {
			if (span.start() != starter) {
				((span.start() < starter) ? without : with).add(span);
			}
		}
		assertThat(SpanPaths.of(without)).contains("SAME_THREAD > ambient > app work");
		assertThat(SpanPaths.of(with)).isEqualTo(SpanPaths.of(without));
	}

	@Test
	void agentAndProjectsShareNothingAndRequestsOfProjectsAreNotTraced() {
		assertThat(braintrust.spans()).extracting(ReceivedSpan::traceId)
			.doesNotContainAnyElementsOf(agent.spans().stream().map(ReceivedSpan::traceId).toList());
		String endpoint = braintrust.url().substring("http://".length());
		assertThat(agent.spans())
			.noneMatch((span) -> span.attributes().keySet().stream().anyMatch((key) -> key.startsWith("braintrust")))
			.noneMatch((span) -> span.attributes().toString().contains(endpoint));
		assertThat(braintrust.requests()).isNotEmpty().allMatch((request) -> request.traceparent() == null);
	}

	private static Optional<ReceivedSpan> named(String name) {
		return braintrust.spans().stream().filter((span) -> span.name().equals(name)).findFirst();
	}

}
