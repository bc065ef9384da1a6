package dev.braintrust.spring.trace;

import java.util.List;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustObservationAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests together with Boot's own OpenTelemetry and Micrometer tracing.
 */
class BesideBootTracingTests {

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ApplicationContextRunner bootRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(ObservationAutoConfiguration.class, OpenTelemetrySdkAutoConfiguration.class,
						OpenTelemetryTracingAutoConfiguration.class, MicrometerTracingAutoConfiguration.class))
		.withUserConfiguration(AppExporter.class)
		.withPropertyValues("management.tracing.sampling.probability=1.0");

	private final ApplicationContextRunner runner = this.bootRunner
		.withConfiguration(
				AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustObservationAutoConfiguration.class))
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1");

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@Test
	void applicationInjectsItsOwnAndProjectsByQualifier() {
		this.runner.withUserConfiguration(InjectionConfiguration.class).run((context) -> {
			Injected injected = context.getBean(Injected.class);
			assertThat(injected.appTracer()).isNotInstanceOf(ProjectTracer.class);
			assertThat(injected.openTelemetry()).isNotInstanceOf(ProjectOpenTelemetry.class);
			assertThat(injected.tracers()).noneMatch(ProjectTracer.class::isInstance);
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			assertThat(injected.supportTracer()).isSameAs(projects.tracer("support"));
			assertThat(injected.plainSupportTracer()).isSameAs(projects.tracer("support"));
			assertThat(injected.researchProvider()).isSameAs(projects.tracerProvider("research"));
			assertThat(injected.researchOpenTelemetry()).isSameAs(projects.openTelemetry("research"));
		});
	}

	@Test
	void observationsBetweenProjectSpansSplitNoTrace() {
		this.runner.run((context) -> {
			ObservationRegistry observations = context.getBean(ObservationRegistry.class);
			ProjectTracer tracer = context.getBean(BraintrustProjects.class).tracer("support");
			ProjectTracer research = context.getBean(BraintrustProjects.class).tracer("research");
			Observation request = Observation.createNotStarted("request", observations);
			request.observe(() -> tracer.taskSpan("task").run((task) -> {
				Span outer = Span.current();
				Observation.createNotStarted("work", observations).observe(() -> {
					assertThat(Span.current().getSpanContext()).isNotEqualTo(outer.getSpanContext());
					assertThat(tracer.currentSpan()).isSameAs(task);
					research.taskSpan("other").run((other) -> {
						try (Observation.Scope ignored = request.openScope()) {
							assertThat(tracer.currentSpan()).isSameAs(task);
							assertThat(research.currentSpan()).isSameAs(other);
						}
						assertThat(research.currentSpan()).isSameAs(other);
					});
					tracer.llmSpan("llm")
						.run((llm) -> assertThat(Span.current().getSpanContext().getTraceId())
							.isEqualTo(outer.getSpanContext().getTraceId()));
				});
				assertThat(tracer.currentSpan()).isSameAs(task);
				assertThat(Span.current().getSpanContext()).isEqualTo(outer.getSpanContext());
			}));
			assertThat(Context.current()).isSameAs(Context.root());
			List<SpanData> app = context.getBean(InMemorySpanExporter.class).getFinishedSpanItems();
			assertThat(app).extracting(SpanData::getName).containsExactly("work", "request");
			assertThat(app.get(0).getParentSpanId()).isEqualTo(app.get(1).getSpanId());
			assertThat(app.get(1).getParentSpanContext().isValid()).isFalse();
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(3);
		assertThat(spans).extracting(ReceivedSpan::name).containsExactlyInAnyOrder("llm", "task", "other");
		ReceivedSpan task = spans.stream().filter((span) -> span.name().equals("task")).findFirst().orElseThrow();
		assertThat(spans).filteredOn((span) -> span.name().equals("llm")).allMatch((span) -> span.isChildOf(task));
		assertThat(task.isRoot()).isTrue();
	}

	record Injected(Tracer appTracer, OpenTelemetry openTelemetry, List<Tracer> tracers, ProjectTracer supportTracer,
			Tracer plainSupportTracer, TracerProvider researchProvider, OpenTelemetry researchOpenTelemetry) {
	}

	@Configuration(proxyBeanMethods = false)
	static class InjectionConfiguration {

		@Bean
		Injected injected(Tracer appTracer, OpenTelemetry openTelemetry, List<Tracer> tracers,
				@BraintrustProject("support") ProjectTracer supportTracer,
				@BraintrustProject("support") Tracer plainSupportTracer,
				@BraintrustProject("research") TracerProvider researchProvider,
				@BraintrustProject("research") OpenTelemetry researchOpenTelemetry) {
			return new Injected(appTracer, openTelemetry, tracers, supportTracer, plainSupportTracer, researchProvider,
					researchOpenTelemetry);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AppExporter {

		@Bean
		InMemorySpanExporter appExporter() {
			return InMemorySpanExporter.create();
		}

		@Bean
		SpanProcessor appProcessor(InMemorySpanExporter exporter) {
			return SimpleSpanProcessor.create(exporter);
		}

	}

}
