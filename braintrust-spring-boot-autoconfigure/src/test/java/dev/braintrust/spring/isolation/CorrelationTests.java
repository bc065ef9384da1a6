package dev.braintrust.spring.isolation;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustContextPropagationAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import io.micrometer.context.ContextExecutorService;
import io.micrometer.context.ContextSnapshotFactory;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that traces of a project and of the application refer to each other if
 * correlation is on, and that nothing changes if it is off.
 */
@ExtendWith(OutputCaptureExtension.class)
class CorrelationTests {

	private static final String OF_SUPPORT = "braintrust.projects.support.correlation.enabled=true";

	private static final String OF_ALL = "braintrust.correlation.enabled=true";

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final InMemorySpanExporter app = InMemorySpanExporter.create();

	private final SdkTracerProvider provider = SdkTracerProvider.builder()
		.addSpanProcessor(SimpleSpanProcessor.create(this.app))
		.build();

	@AfterEach
	void close() {
		this.provider.close();
		this.receiver.close();
	}

	@Test
	void nothingIsNamedWhereNobodyAsks() {
		run((projects) -> inAppSpan("request", () -> projects.tracer("support").rootSpan("task").run((span) -> {
			assertThat(ids()).isEmpty();
			span(projects, "research", "other");
		})));
		assertThat(this.receiver.spans()).hasSize(2).allMatch((span) -> span.links().isEmpty());
		assertThat(appSpan("request").getAttributes().isEmpty()).isTrue();
	}

	@Test
	void rootSpanAndTheSpanAroundItNameEachOther() {
		run((projects) -> inAppSpan("request", () -> projects.tracer("support").taskSpan("task").run((task) -> {
			inAppSpan("query", () -> span(projects, "support", "inner"));
			assertThat(task.getSpanContext().getTraceId()).isNotEqualTo(Span.current().getSpanContext().getTraceId());
		})), OF_SUPPORT);
		SpanData request = appSpan("request");
		ReceivedSpan task = span("task");
		assertThat(task.isRoot()).isTrue();
		assertThat(task.links()).containsExactly(request.getTraceId() + "/" + request.getSpanId());
		assertThat(attributes(request)).isEqualTo(Map.of("braintrust.projects.support.trace_id", task.traceId(),
				"braintrust.projects.support.span_id", task.spanId()));
		assertThat(span("inner").isChildOf(task)).isTrue();
		assertThat(span("inner").links()).isEmpty();
		assertThat(appSpan("query").getAttributes().isEmpty()).isTrue();
	}

	@Test
	void logsNameTheInnermostSpanAndTheOuterOneAgainAfterIt() {
		run((projects) -> {
			MDC.put("braintrust.trace_id", "of the application");
			projects.tracer("support").taskSpan("task").run((task) -> {
				assertThat(ids()).isEqualTo(ids("support", task));
				projects.tracer("research").taskSpan("other").run((other) -> {
					assertThat(ids()).isEqualTo(ids("research", other));
					projects.tracer("support")
						.llmSpan("llm")
						.run((llm) -> assertThat(ids()).isEqualTo(ids("support", llm)));
					assertThat(ids()).isEqualTo(ids("research", other));
				});
				assertThat(ids()).isEqualTo(ids("support", task));
			});
			assertThat(ids()).isEqualTo(Map.of("braintrust.trace_id", "of the application"));
			MDC.clear();
		}, OF_ALL);
	}

	@Test
	void projectThatDoesNotAskIsNamedNowhere() {
		run((projects) -> inAppSpan("request", () -> projects.tracer("support").taskSpan("task").run((task) -> {
			projects.tracer("research")
				.taskSpan("other")
				.run((other) -> assertThat(ids()).isEqualTo(ids("support", task)));
			assertThat(ids()).isEqualTo(ids("support", task));
		})), OF_SUPPORT);
		assertThat(span("other").links()).isEmpty();
		assertThat(attributes(appSpan("request"))).containsOnlyKeys("braintrust.projects.support.trace_id",
				"braintrust.projects.support.span_id");
	}

	@Test
	void projectsThatAskAreNamedApart() {
		run((projects) -> inAppSpan("request", () -> {
			span(projects, "support", "task");
			span(projects, "research", "other");
		}), OF_ALL);
		assertThat(attributes(appSpan("request"))).isEqualTo(Map.of("braintrust.projects.support.trace_id",
				span("task").traceId(), "braintrust.projects.support.span_id", span("task").spanId(),
				"braintrust.projects.research.trace_id", span("other").traceId(),
				"braintrust.projects.research.span_id", span("other").spanId()));
	}

	@Test
	void eachJobOfAConversationIsLinkedToItsOwnTrace() {
		StoredTraceContext conversation = StoredTraceContext.of(new HashMap<>());
		run((projects) -> {
			inAppSpan("first", () -> projects.tracer("support").inTrace(conversation, "one").run((span) -> {
			}));
			inAppSpan("second", () -> projects.tracer("support").inTrace(conversation, "two").run((span) -> {
			}));
		}, OF_SUPPORT);
		assertThat(span("two").isChildOf(span("one"))).isTrue();
		assertThat(span("one").links()).containsExactly(link(appSpan("first")));
		assertThat(span("two").links()).containsExactly(link(appSpan("second")));
		assertThat(attributes(appSpan("second"))).containsEntry("braintrust.projects.support.span_id",
				span("two").spanId());
	}

	@Test
	void whatIsNotRecordedIsNotNamed() {
		run((projects) -> {
			Span unsampled = Span.wrap(SpanContext.create("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331",
					TraceFlags.getDefault(), TraceState.getDefault()));
			try (Scope ignored = unsampled.makeCurrent()) {
				span(projects, "support", "task");
			}
			inAppSpan("request",
					() -> projects.tracer("research").taskSpan("dropped").run((span) -> assertThat(ids()).isEmpty()));
		}, OF_ALL, "braintrust.projects.research.sampling.probability=0");
		assertThat(span("task").links()).isEmpty();
		assertThat(appSpan("request").getAttributes().isEmpty()).isTrue();
	}

	@Test
	void logsNameTheSpanOnOtherThreadsWhereMicrometerCarriesIt() {
		ExecutorService thread = Executors.newSingleThreadExecutor();
		ExecutorService carrying = ContextExecutorService.wrap(thread, ContextSnapshotFactory.builder().build());
		run((projects) -> projects.tracer("support").taskSpan("task").run((task) -> {
			assertThat(carrying.submit(() -> ids()).get()).isEqualTo(ids("support", task));
			assertThat(thread.submit(() -> ids()).get()).isEmpty();
		}), OF_SUPPORT);
		thread.shutdown();
	}

	@Test
	void failureOfTheSpanAroundFailsNoWorkAndIsSaidOnce(CapturedOutput output) {
		run((projects) -> {
			Span span = this.provider.get("app").spanBuilder("request").startSpan();
			try (Scope ignored = Context.current().with(failing(span)).makeCurrent()) {
				span(projects, "support", "one");
				span(projects, "support", "two");
			}
		}, OF_SUPPORT);
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::name).containsExactly("one", "two");
		assertThat(output).containsOnlyOnce("could not be correlated");
	}

	private void run(Work work, String... properties) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class,
					BraintrustContextPropagationAutoConfiguration.class))
			.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
					"braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1")
			.withPropertyValues(properties)
			.run((context) -> {
				BraintrustProjects projects = context.getBean(BraintrustProjects.class);
				work.run(projects);
				assertThat(ids()).isEmpty();
				assertThat(projects.flush(Duration.ofMinutes(1))).isTrue();
			});
	}

	private void inAppSpan(String name, Runnable work) {
		Span span = this.provider.get("app").spanBuilder(name).startSpan();
		try (Scope ignored = span.makeCurrent()) {
			work.run();
		}
		finally {
			span.end();
		}
	}

	private static void span(BraintrustProjects projects, String key, String name) {
		ProjectTracer tracer = projects.tracer(key);
		tracer.taskSpan(name).run((span) -> {
		});
	}

	private static Span failing(Span span) {
		return (Span) Proxy.newProxyInstance(Span.class.getClassLoader(), new Class<?>[] { Span.class },
				(proxy, method, arguments) -> {
					if (method.isDefault() && method.getName().equals("storeInContext")) {
						return InvocationHandler.invokeDefault(proxy, method, arguments);
					}
					if (method.getName().equals("setAttribute")) {
						throw new IllegalStateException("broken");
					}
					try {
						return method.invoke(span, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	private static Map<String, String> ids() {
		Map<String, String> ids = new TreeMap<>();
		for (String key : List.of("project", "trace_id", "span_id")) {
			String value = MDC.get("braintrust." + key);
			if (value != null) {
				ids.put("braintrust." + key, value);
			}
		}
		return ids;
	}

	private static Map<String, String> ids(String project, ProjectSpan span) {
		return Map.of("braintrust.project", project, "braintrust.trace_id", span.getSpanContext().getTraceId(),
				"braintrust.span_id", span.getSpanContext().getSpanId());
	}

	private static Map<String, Object> attributes(SpanData span) {
		Map<String, Object> attributes = new TreeMap<>();
		span.getAttributes().forEach((key, value) -> attributes.put(key.getKey(), value));
		return attributes;
	}

	private static String link(SpanData span) {
		return span.getTraceId() + "/" + span.getSpanId();
	}

	private SpanData appSpan(String name) {
		return this.app.getFinishedSpanItems()
			.stream()
			.filter((span) -> span.getName().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private ReceivedSpan span(String name) {
		return this.receiver.spans().stream().filter((span) -> span.name().equals(name)).findFirst().orElseThrow();
	}

	/**
	 * The work of an application with its projects.
	 */
	private interface Work {

		void run(BraintrustProjects projects) throws Exception;

	}

}
