package dev.braintrust.spring.isolation;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of intended references between spans of two projects.
 */
class CrossProjectTests {

	private final OtlpReceiver receiver = new OtlpReceiver();

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@Test
	void spanIsLinkedFromAnotherProjectWithoutJoiningIt() {
		run((projects) -> {
			Span asked = projects.tracer("support").taskSpan("asked").startSpan();
			projects.tracer("research").taskSpan("answered").addLink(asked.getSpanContext()).startSpan().end();
			projects.tracer("research").taskSpan("later").startSpan().addLink(asked.getSpanContext()).end();
			asked.end();
		});
		ReceivedSpan asked = span("asked", "project_name:Support Agent");
		for (String name : List.of("answered", "later")) {
			ReceivedSpan linked = span(name, "project_id:r-1");
			assertThat(linked.links()).containsExactly(asked.asLink());
			assertThat(linked.traceId()).isNotEqualTo(asked.traceId());
			assertThat(linked.isRoot()).isTrue();
		}
		assertThat(asked.links()).isEmpty();
	}

	@Test
	void traceIsContinuedWhereItsContextIsHandedOverAndTheReceiverRoutesIt() {
		run((projects) -> {
			Map<String, String> headers = new HashMap<>();
			ProjectTracer support = projects.tracer("support");
			ProjectTracer research = projects.tracer("research");
			support.taskSpan("asked").run((span) -> {
				support.propagator().inject(Context.current(), headers, Map::put);
				Context handedOver = research.propagator().extract(Context.root(), headers, new Headers());
				research.taskSpan("answered").setParent(handedOver).startSpan().end();
			});
		});
		ReceivedSpan asked = span("asked", "project_name:Support Agent");
		assertThat(span("answered", "project_id:r-1").isChildOf(asked)).isTrue();
	}

	@Test
	void contextOfOneProjectIsNoParentInAnother() {
		run((projects) -> projects.tracer("support")
			.taskSpan("asked")
			.run((span) -> projects.tracer("research")
				.taskSpan("answered")
				.setParent(Context.root().with(span))
				.startSpan()
				.end()));
		assertThat(span("answered", "project_id:r-1").isRoot()).isTrue();
	}

	private void run(Consumer<BraintrustProjects> work) {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
			.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
					"braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1")
			.run((context) -> {
				BraintrustProjects projects = context.getBean(BraintrustProjects.class);
				work.accept(projects);
				assertThat(projects.flush(Duration.ofMinutes(1))).isTrue();
			});
	}

	private ReceivedSpan span(String name, String project) {
		ReceivedSpan found = this.receiver.spans()
			.stream()
			.filter((span) -> span.name().equals(name))
			.findFirst()
			.orElseThrow();
		assertThat(found.request().parent()).isEqualTo(project);
		assertThat(found.parent()).isEqualTo(project);
		return found;
	}

	static class Headers implements TextMapGetter<Map<String, String>> {

		@Override
		public Iterable<String> keys(Map<String, String> carrier) {
			return carrier.keySet();
		}

		@Override
		public String get(Map<String, String> carrier, String key) {
			return carrier.get(key);
		}

	}

}
