package dev.braintrust.spring.beside;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustContextPropagationAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustObservationAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
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
 * Tests that an application samples and exports the same spans with and without the
 * starter, while projects are traced inside them.
 */
class TracingBesideBootTests {

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final NamedSampler sampler = new NamedSampler();

	private InMemorySpanExporter exporter;

	private final ApplicationContextRunner boot = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(ObservationAutoConfiguration.class, OpenTelemetrySdkAutoConfiguration.class,
						OpenTelemetryTracingAutoConfiguration.class, MicrometerTracingAutoConfiguration.class))
		.withBean("appSampler", Sampler.class, () -> this.sampler)
		.withBean("appProcessor", SpanProcessor.class, this::processor);

	private final ApplicationContextRunner starter = this.boot
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class,
				BraintrustContextPropagationAutoConfiguration.class, BraintrustObservationAutoConfiguration.class))
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1");

	@AfterEach
	void close() {
		this.receiver.close();
	}

	private SpanProcessor processor() {
		this.exporter = InMemorySpanExporter.create();
		return SimpleSpanProcessor.create(this.exporter);
	}

	@Test
	void applicationSamplesAndExportsTheSameSpans() {
		List<String> without = new ArrayList<>();
		List<String> traceIds = new ArrayList<>();
		this.boot.run((context) -> without.addAll(exported(context)));
		assertThat(without).hasSize(7)
			.contains("sampled below < unsampled", "exported query {} < request", "exported request {} < none");
		this.starter.run((context) -> {
			assertThat(exported(context)).isEqualTo(without);
			traceIds.addAll(this.sampler.traceIds);
		});
		assertThat(traceIds).isNotEmpty();
		List<ReceivedSpan> spans = this.receiver.awaitSpans(5);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactlyInAnyOrder("before", "query", "dropped", "below", "inside");
		assertThat(spans).filteredOn(ReceivedSpan::isRoot)
			.extracting(ReceivedSpan::name)
			.containsExactlyInAnyOrder("before", "inside");
		assertThat(spans).extracting(ReceivedSpan::traceId).doesNotContainAnyElementsOf(traceIds);
	}

	@Test
	void whatIsAddedToAProjectDoesNotReachTheApplication() {
		InMemorySpanExporter ofProject = InMemorySpanExporter.create();
		List<String> without = new ArrayList<>();
		this.boot.run((context) -> without.addAll(exported(context)));
		this.starter
			.withBean("customizer", ProjectTracerProviderCustomizer.class,
					() -> (builder) -> builder.addSpanProcessor(SimpleSpanProcessor.create(ofProject))
						.addResource(Resource.create(Attributes.builder().put("team", "care").build()))
						.setSampler(Sampler.alwaysOn()))
			.run((context) -> {
				assertThat(exported(context)).isEqualTo(without);
				assertThat(this.exporter.getFinishedSpanItems()).isEmpty();
				assertThat(ofProject.getFinishedSpanItems()).extracting(SpanData::getName)
					.containsExactlyInAnyOrder("before", "query", "dropped", "below", "inside");
				assertThat(context.getBean(Resource.class).getAttributes().asMap().toString()).doesNotContain("team");
			});
	}

	/**
	 * Run work of the application, with work of the projects inside, if there are any.
	 * @return the calls of the application's sampler, and the exported spans
	 */
	private List<String> exported(ApplicationContext context) {
		Baggage baggage = Baggage.builder().put("braintrust.parent", "project_name:Nobody").build();
		ObservationRegistry observations = context.getBean(ObservationRegistry.class);
		project(context, "support", "before",
				() -> Observation.createNotStarted("request", observations).observe(() -> {
					try (Scope ignored = baggage.makeCurrent()) {
						application(context, "query", () -> project(context, "research", "inside", () -> {
						}));
					}
					application(context, "dropped", () -> application(context, "below", () -> {
					}));
				}));
		List<String> result = new ArrayList<>(this.sampler.asked);
		List<SpanData> spans = this.exporter.getFinishedSpanItems();
		spans.forEach((span) -> result.add("exported " + span.getName() + " " + span.getAttributes() + " < "
				+ spans.stream()
					.filter((parent) -> parent.getSpanId().equals(span.getParentSpanId()))
					.map(SpanData::getName)
					.findFirst()
					.orElse("none")));
		this.sampler.asked.clear();
		this.exporter.reset();
		return result;
	}

	private void application(ApplicationContext context, String name, Runnable work) {
		project(context, "support", name, () -> {
			Span span = context.getBean(OpenTelemetry.class).getTracer("app").spanBuilder(name).startSpan();
			try (Scope ignored = span.makeCurrent()) {
				work.run();
			}
			finally {
				span.end();
			}
		});
	}

	private static void project(ApplicationContext context, String key, String name, Runnable work) {
		BraintrustProjects projects = context.getBeanProvider(BraintrustProjects.class).getIfAvailable();
		if (projects == null) {
			work.run();
			return;
		}
		Span current = Span.current();
		projects.tracer(key).taskSpan(name).run((span) -> {
			assertThat(Span.current()).isSameAs(current);
			work.run();
		});
	}

	/**
	 * The sampler of the application, which drops spans by name.
	 */
	private static final class NamedSampler implements Sampler {

		private final List<String> asked = new CopyOnWriteArrayList<>();

		private final List<String> traceIds = new CopyOnWriteArrayList<>();

		@Override
		public SamplingResult shouldSample(Context parentContext, String traceId, String name, SpanKind spanKind,
				Attributes attributes, List<LinkData> parentLinks) {
			this.traceIds.add(traceId);
			Span parent = Span.fromContext(parentContext);
			String recorded = (parent instanceof ReadableSpan readable) ? readable.getName() : "none";
			this.asked.add("sampled " + name + " < " + (parent.getSpanContext().isSampled() ? recorded : "unsampled"));
			return name.equals("dropped") ? SamplingResult.drop() : SamplingResult.recordAndSample();
		}

		@Override
		public String getDescription() {
			return "by name";
		}

	}

}
