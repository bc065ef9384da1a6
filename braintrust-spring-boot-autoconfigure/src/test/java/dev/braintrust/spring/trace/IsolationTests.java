package dev.braintrust.spring.trace;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that the spans of a project are isolated from all other telemetry, on one thread.
 */
class IsolationTests {

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final InMemorySpanExporter appExporter = InMemorySpanExporter.create();

	private final SdkTracerProvider appProvider = SdkTracerProvider.builder()
		.addSpanProcessor(SimpleSpanProcessor.create(this.appExporter))
		.build();

	private final Tracer app = this.appProvider.get("app");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1");

	@AfterEach
	void close() {
		this.appProvider.close();
		this.receiver.close();
	}

	@Test
	void spanOfTheApplicationIsNoParentAndStaysCurrent() {
		List<ReceivedSpan> spans = record(1, (projects) -> {
			Span ambient = this.app.spanBuilder("app").startSpan();
			try (Scope ignored = ambient.makeCurrent()) {
				projects.tracer("support").taskSpan("task").run((span) -> {
					assertThat(Span.current()).isSameAs(ambient);
					assertThat(span.getSpanContext().getTraceId()).isNotEqualTo(ambient.getSpanContext().getTraceId());
				});
			}
		});
		assertThat(spans.get(0).isRoot()).isTrue();
	}

	@Test
	void spanOfAProjectIsNoParentOfTheApplication() {
		record(1,
				(projects) -> projects.tracer("support")
					.taskSpan("task")
					.run((span) -> this.app.spanBuilder("app").startSpan().end()));
		assertThat(this.appExporter.getFinishedSpanItems()).singleElement()
			.satisfies((span) -> assertThat(span.getParentSpanContext().isValid()).isFalse());
	}

	@Test
	void nestedProjectsHaveTracesOfTheirOwn() {
		List<ReceivedSpan> spans = record(4, (projects) -> {
			ProjectTracer support = projects.tracer("support");
			ProjectTracer research = projects.tracer("research");
			support.taskSpan("support outer")
				.run((outer) -> research.taskSpan("research outer")
					.run((inner) -> support.toolSpan("support inner")
						.run((tool) -> research.llmSpan("research inner").run((llm) -> {
							assertThat(support.currentSpan()).isSameAs(tool);
							assertThat(research.currentSpan()).isSameAs(llm);
						}))));
		});
		ReceivedSpan supportOuter = named(spans, "support outer");
		ReceivedSpan researchOuter = named(spans, "research outer");
		assertThat(supportOuter.isRoot()).isTrue();
		assertThat(researchOuter.isRoot()).isTrue();
		assertThat(named(spans, "support inner").isChildOf(supportOuter)).isTrue();
		assertThat(named(spans, "research inner").isChildOf(researchOuter)).isTrue();
		assertThat(spans).filteredOn((span) -> span.name().startsWith("support"))
			.allMatch((span) -> span.parent().equals("project_name:Support Agent")
					&& span.request().parent().equals("project_name:Support Agent"));
		assertThat(spans).filteredOn((span) -> span.name().startsWith("research"))
			.allMatch((span) -> span.parent().equals("project_id:r-1")
					&& span.request().parent().equals("project_id:r-1"));
	}

	@Test
	void ambientBaggageRoutesNothing() {
		List<ReceivedSpan> spans = record(1, (projects) -> {
			Baggage hostile = Baggage.builder().put("braintrust.parent", "project_id:r-1").build();
			try (Scope ignored = Context.current().with(hostile).makeCurrent()) {
				projects.tracer("support").taskSpan("task").run((span) -> {
				});
			}
		});
		assertThat(spans.get(0).parent()).isEqualTo("project_name:Support Agent");
	}

	@Test
	void unsampledSpanOfTheApplicationDropsNothing() {
		try (SdkTracerProvider unsampled = SdkTracerProvider.builder().setSampler(Sampler.alwaysOff()).build()) {
			Span ambient = unsampled.get("app").spanBuilder("app").startSpan();
			List<ReceivedSpan> spans = record(1, (projects) -> {
				try (Scope ignored = ambient.makeCurrent()) {
					projects.tracer("support").taskSpan("task").run((span) -> {
					});
				}
			});
			assertThat(spans).hasSize(1);
		}
	}

	@Test
	void rootSpanTakesNoParentEvenOfItsOwnProject() {
		List<ReceivedSpan> spans = record(2, (projects) -> {
			ProjectTracer tracer = projects.tracer("support");
			tracer.taskSpan("outer").run((outer) -> tracer.rootSpan("root").run((root) -> {
			}));
		});
		assertThat(spans).allMatch(ReceivedSpan::isRoot);
		assertThat(named(spans, "root").traceId()).isNotEqualTo(named(spans, "outer").traceId());
	}

	@Test
	void libraryThatWritesByOpenTelemetryIsIsolatedToo() {
		List<ReceivedSpan> spans = record(3, (projects) -> {
			OpenTelemetry openTelemetry = projects.openTelemetry("support");
			Tracer library = openTelemetry.getTracerProvider().tracerBuilder("library").build();
			Span ambient = this.app.spanBuilder("app").startSpan();
			try (Scope ignored = ambient.makeCurrent()) {
				projects.tracer("support").taskSpan("task").run((task) -> {
					Span outer = library.spanBuilder("outer").setParent(Context.current()).startSpan();
					Context context = Context.current().with(outer);
					assertThat(Span.fromContext(context)).isSameAs(ambient);
					library.spanBuilder("inner").setParent(context).startSpan().end();
					outer.end();
				});
			}
		});
		assertThat(named(spans, "outer").isChildOf(named(spans, "task"))).isTrue();
		assertThat(named(spans, "inner").isChildOf(named(spans, "outer"))).isTrue();
		assertThat(named(spans, "inner").scope()).isEqualTo("library");
		assertThat(named(spans, "inner").parent()).isEqualTo("project_name:Support Agent");
	}

	@Test
	void projectsOfTwoContextsAreStrangers() {
		this.runner.run((one) -> this.runner.run((another) -> {
			ProjectTracer tracer = one.getBean(BraintrustProjects.class).tracer("support");
			ProjectTracer stranger = another.getBean(BraintrustProjects.class).tracer("support");
			tracer.taskSpan("one").run((span) -> stranger.taskSpan("another").run((other) -> {
			}));
		}));
		assertThat(this.receiver.awaitSpans(2)).allMatch(ReceivedSpan::isRoot);
	}

	@Test
	void propagatorCarriesTheContextOfItsProjectAlone() {
		Map<String, String> headers = new HashMap<>();
		List<ReceivedSpan> spans = record(2, (projects) -> {
			ProjectTracer tracer = projects.tracer("support");
			tracer.taskSpan("sender").run((span) -> {
				Baggage baggage = Baggage.builder().put("tenant", "7").build();
				Context context = Context.current().with(baggage);
				tracer.propagator().inject(context, headers, Map::put);
			});
			assertThat(headers.get("baggage")).contains("tenant=7")
				.contains("braintrust.parent=project_name:Support%20Agent");
			headers.put("Traceparent", headers.remove("traceparent"));
			headers.put("baggage", "braintrust.parent=project_id%3Ar-1");
			Context received = tracer.propagator().extract(Context.root(), headers, new MapGetter());
			assertThat(Span.fromContext(received).getSpanContext().isValid()).isFalse();
			tracer.taskSpan("receiver").setParent(received).startSpan().end();
		});
		assertThat(named(spans, "receiver").isChildOf(named(spans, "sender"))).isTrue();
		assertThat(named(spans, "receiver").parent()).isEqualTo("project_name:Support Agent");
	}

	@Test
	void propagatorOfAnotherProjectInjectsNothing() {
		Map<String, String> headers = new HashMap<>();
		record(1, (projects) -> projects.tracer("support")
			.taskSpan("task")
			.run((span) -> projects.tracer("research").propagator().inject(Context.current(), headers, Map::put)));
		assertThat(headers).isEmpty();
	}

	@Test
	void checkedExceptionComesOutAsItsOwnTypeAndIsTheErrorOfTheSpan() {
		List<ReceivedSpan> spans = record(1,
				(projects) -> assertThatExceptionOfType(IOException.class)
					.isThrownBy(() -> read(projects.tracer("support")))
					.withMessage("disk on fire"));
		assertThat(spans.get(0).error()).isTrue();
		assertThat(spans.get(0).statusMessage()).isEqualTo("disk on fire");
		assertThat(spans.get(0).events()).containsExactly("exception");
	}

	// Compiles only if call(…) keeps the type of the exception.
	private static String read(ProjectTracer tracer) throws IOException {
		return tracer.toolSpan("read").call((span) -> {
			if (span.getSpanContext().isValid()) {
				throw new IOException("disk on fire");
			}
			return "text";
		});
	}

	@Test
	void fieldsOfASpanArriveInTheirAttributes() {
		List<ReceivedSpan> spans = record(1, (projects) -> {
			ProjectSpan span = projects.tracer("support")
				.functionSpan("function")
				.input(Map.of("city", "Paris"))
				.metadata("tier", 1)
				.startSpan();
			span.output(List.of(1, 2)).metadata("plan", "gold").metric("tokens", 7).score("accuracy", 0.5);
			span.score("wrong", 2).metric("infinite", Double.POSITIVE_INFINITY).tags("a", "b").end();
		});
		ReceivedSpan span = spans.get(0);
		assertThat(span.type()).isEqualTo("function");
		assertThat(span.input().toString()).isEqualTo("{\"city\":\"Paris\"}");
		assertThat(span.output().toString()).isEqualTo("[1,2]");
		assertThat(span.metadata().toString()).isEqualTo("{\"tier\":1,\"plan\":\"gold\"}");
		assertThat(span.metrics().toString()).isEqualTo("{\"tokens\":7}");
		assertThat(span.json("braintrust.scores").toString()).isEqualTo("{\"accuracy\":0.5}");
		assertThat(span.attributes()).containsEntry("braintrust.tags", List.of("a", "b"));
	}

	@Test
	void valueWithoutAJsonFormIsNotedAndThrowsNothing() {
		Unwritable unwritable = new Unwritable();
		List<ReceivedSpan> spans = record(1,
				(projects) -> projects.tracer("support").taskSpan("task").input(unwritable).run((span) -> {
				}));
		assertThat(spans.get(0).input().asString()).isEqualTo("[not serializable: " + Unwritable.class.getName() + "]");
	}

	private List<ReceivedSpan> record(int count, Consumer<BraintrustProjects> work) {
		this.runner.run((context) -> work.accept(context.getBean(BraintrustProjects.class)));
		return this.receiver.awaitSpans(count);
	}

	private static ReceivedSpan named(List<ReceivedSpan> spans, String name) {
		return spans.stream().filter((span) -> span.name().equals(name)).findFirst().orElseThrow();
	}

	public static class Unwritable {

		@JsonValue
		public String value() {
			throw new IllegalStateException("no value");
		}

	}

	static class MapGetter implements TextMapGetter<Map<String, String>> {

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
