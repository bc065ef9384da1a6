package dev.braintrust.spring.isolation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustContextPropagationAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustObservationAutoConfiguration;
import dev.braintrust.spring.isolation.Program.Expected;
import dev.braintrust.spring.isolation.Step.Owner;
import dev.braintrust.spring.support.BraintrustServer;
import dev.braintrust.spring.support.ReceivedSpan;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs random programs of nested, concurrent, cancelled and failing spans of three
 * projects and the application, inside and outside of experiment rows. A failure names
 * its seed and the smallest failing program that was found. {@code
 * -Disolation.seed=…} repeats the program of a seed, and {@code
 * -Disolation.programs=…} sets the number of programs.
 */
class RandomProgramTests {

	private static final Map<Owner, String> PARENTS = Map.of(Owner.SUPPORT, "project_name:Support Agent",
			Owner.RESEARCH, "project_id:r-1", Owner.BILLING, "project_name:billing");

	private static final Set<String> ROW_SPANS = Set.of("eval", "task", "exactMatch");

	private static final int REPLAYS = 300;

	private final BraintrustServer receiver = new BraintrustServer();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final ApplicationContextRunner application = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(ObservationAutoConfiguration.class, OpenTelemetrySdkAutoConfiguration.class,
						OpenTelemetryTracingAutoConfiguration.class, MicrometerTracingAutoConfiguration.class))
		.withPropertyValues("management.tracing.sampling.probability=1.0")
		.withBean(AppSpans.class);

	private final ApplicationContextRunner starter = this.application
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class,
				BraintrustContextPropagationAutoConfiguration.class, BraintrustObservationAutoConfiguration.class))
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1",
				"braintrust.projects.billing.enabled=true");

	@AfterEach
	void close() {
		this.threads.shutdownNow();
		this.receiver.close();
	}

	@Test
	void spansAreWhereTheyBelongWhateverTheProgram() {
		Long seed = Long.getLong("isolation.seed");
		int programs = (seed != null) ? 1 : Integer.getInteger("isolation.programs", 250);
		long first = (seed != null) ? seed : System.nanoTime();
		this.application.run((without) -> this.starter.run((with) -> {
			for (int i = 0; i < programs; i++) {
				Step program = Step.random(first + i);
				Throwable failure = failure(program, without, with);
				if (failure != null) {
					throw new AssertionError("Seed " + (first + i) + ", program " + shrink(program, without, with),
							failure);
				}
			}
		}));
	}

	private Step shrink(Step program, ApplicationContext without, ApplicationContext with) {
		Step smallest = program;
		int replays = 0;
		boolean found = true;
		while (found && replays < REPLAYS) {
			found = false;
			for (Step smaller : smallest.smaller()) {
				if (replays++ < REPLAYS && failure(smaller, without, with) != null) {
					smallest = smaller;
					found = true;
					break;
				}
			}
		}
		return smallest;
	}

	private @Nullable Throwable failure(Step program, ApplicationContext without, ApplicationContext with) {
		try {
			without.getBean(AppSpans.class).forget();
			with.getBean(AppSpans.class).forget();
			verify(program, without, with);
			return null;
		}
		catch (Exception | AssertionError ex) {
			return ex;
		}
	}

	private void verify(Step program, ApplicationContext without, ApplicationContext with) throws Exception {
		int before = this.receiver.spans().size();
		new Program(without, this.threads).run(program);
		Program traced = new Program(with, this.threads);
		Map<String, Expected> expected = traced.run(program);
		assertThat(with.getBean(BraintrustProjects.class).flush(Duration.ofMinutes(1))).isTrue();
		assertThat(with.getBean(AppSpans.class).take()).as("spans of the application")
			.isEqualTo(without.getBean(AppSpans.class).take());
		List<ReceivedSpan> all = this.receiver.spans();
		verify(expected, traced.rows(), all.subList(before, all.size()));
	}

	private static void verify(Map<String, Expected> expected, int rows, List<ReceivedSpan> all) {
		List<ReceivedSpan> ofRows = all.stream().filter((span) -> ROW_SPANS.contains(span.name())).toList();
		List<ReceivedSpan> spans = all.stream().filter((span) -> !ofRows.contains(span)).toList();
		assertThat(ofRows).as("spans of rows").hasSize(rows * ROW_SPANS.size());
		assertThat(spans).extracting(ReceivedSpan::name)
			.as("each span arrives once")
			.containsExactlyInAnyOrderElementsOf(expected.keySet());
		Map<String, ReceivedSpan> byName = new TreeMap<>();
		spans.forEach((span) -> byName.put(span.name(), span));
		ofRows.stream()
			.filter((span) -> span.name().equals("task"))
			.forEach((span) -> byName.put(Program.ROW + span.input().asInt(), span));
		expected.forEach((name, demand) -> {
			ReceivedSpan span = byName.get(name);
			ReceivedSpan parent = byName.get(demand.parent());
			String route = (demand.row() != null) ? byName.get(demand.row()).parent() : PARENTS.get(demand.owner());
			assertThat(span.parent()).as("route of %s", name).isEqualTo(route);
			assertThat(span.request().parent()).as("request of %s", name).isEqualTo(span.parent());
			assertThat(span.error()).as("error of %s", name).isEqualTo(demand.fails());
			assertThat((parent != null) ? span.isChildOf(parent) : span.isRoot())
				.as("%s is below %s", name, demand.parent())
				.isTrue();
		});
		assertThat(all.stream().filter(ReceivedSpan::isRoot).map(ReceivedSpan::traceId)).as("each root has a trace")
			.doesNotHaveDuplicates();
		assertThat(ofRows).filteredOn(ReceivedSpan::isRoot).as("each row has a root").hasSize(rows);
		assertThat(ofRows).extracting(ReceivedSpan::parent).allMatch((parent) -> parent.startsWith("experiment_id:"));
	}

}
