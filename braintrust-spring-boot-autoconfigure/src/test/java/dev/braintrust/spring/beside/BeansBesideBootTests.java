package dev.braintrust.spring.beside;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustContextPropagationAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustObservationAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.NoopTracerAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.SdkTracerProviderBuilderCustomizer;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpGrpcSpanExporterBuilderCustomizer;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpHttpSpanExporterBuilderCustomizer;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.logging.OpenTelemetryLoggingAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application has the same tracing beans with and without the starter, for
 * all combinations of beans that it defines itself.
 */
class BeansBesideBootTests {

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ApplicationContextRunner boot = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class,
				OpenTelemetrySdkAutoConfiguration.class, OpenTelemetryLoggingAutoConfiguration.class,
				OpenTelemetryTracingAutoConfiguration.class, OtlpTracingAutoConfiguration.class,
				MicrometerTracingAutoConfiguration.class, NoopTracerAutoConfiguration.class));

	@AfterEach
	void close() {
		this.receiver.close();
	}

	static Stream<Arguments> ownBeans() {
		return Stream.of(Arguments.of(SdkTracerProvider.class, SdkTracerProvider.builder().build()),
				Arguments.of(TracerProvider.class, TracerProvider.noop()),
				Arguments.of(Tracer.class, TracerProvider.noop().get("own")),
				Arguments.of(OpenTelemetry.class, OpenTelemetry.noop()),
				Arguments.of(SpanProcessor.class, SpanProcessor.composite()),
				Arguments.of(SpanExporter.class, SpanExporter.composite()),
				Arguments.of(Sampler.class, Sampler.alwaysOff()), Arguments.of(Resource.class, Resource.empty()),
				Arguments.of(SpanLimits.class, SpanLimits.getDefault()),
				Arguments.of(ContextPropagators.class, ContextPropagators.noop()),
				Arguments.of(TextMapPropagator.class, TextMapPropagator.noop()),
				Arguments.of(MeterProvider.class, MeterProvider.noop()),
				Arguments.of(SdkTracerProviderBuilderCustomizer.class,
						(SdkTracerProviderBuilderCustomizer) (builder) -> builder.setSampler(Sampler.alwaysOff())),
				Arguments.of(OtlpHttpSpanExporterBuilderCustomizer.class,
						(OtlpHttpSpanExporterBuilderCustomizer) (builder) -> builder.addHeader("own", "1")),
				Arguments.of(OtlpGrpcSpanExporterBuilderCustomizer.class,
						(OtlpGrpcSpanExporterBuilderCustomizer) (builder) -> builder.addHeader("own", "1")),
				Arguments.of(io.micrometer.tracing.Tracer.class, io.micrometer.tracing.Tracer.NOOP));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("ownBeans")
	<T> void applicationThatDefinesABeanHasTheSameBeansAsWithoutTheStarter(Class<T> type, T bean) {
		verifySameBeans(this.boot.withBean("own", type, () -> bean));
	}

	@ParameterizedTest
	@ValueSource(strings = { "management.opentelemetry.enabled=true", "management.opentelemetry.enabled=false",
			"management.tracing.export.enabled=false", "management.tracing.sampling.probability=0.5",
			"management.opentelemetry.tracing.export.otlp.endpoint=http://127.0.0.1:9/v1/traces" })
	void applicationThatSetsAPropertyHasTheSameBeansAsWithoutTheStarter(String property) {
		verifySameBeans(this.boot.withPropertyValues(property));
	}

	@Test
	void applicationWithoutTracingHasNone() {
		Map<String, List<String>> beans = verifySameBeans(new ApplicationContextRunner());
		assertThat(beans.values()).allMatch((candidates) -> candidates.equals(List.of("single: none")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "management.opentelemetry.enabled=false", "management.tracing.export.enabled=false",
			"management.tracing.sampling.probability=0.0", "management.opentelemetry.tracing.sampler=always_off" })
	void projectsAreTracedWhateverBecomesOfTheTracesOfTheApplication(String property) {
		withStarter(this.boot.withPropertyValues(property)).run((context) -> context.getBean(BraintrustProjects.class)
			.tracer("support")
			.taskSpan("task")
			.run((span) -> context.getBean(io.opentelemetry.api.OpenTelemetry.class)
				.getTracer("own")
				.spanBuilder("application")
				.startSpan()
				.end()));
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::name).containsExactly("task");
	}

	@Test
	void applicationThatGivesItsOwnBeansToAProjectHasTheOthersAsWithoutTheStarter() {
		Map<String, List<String>> without = new TreeMap<>();
		this.boot.run((context) -> without.putAll(beans(context)));
		withStarter(this.boot.withUserConfiguration(BeansOfAProject.class))
			.run((context) -> assertThat(beans(context)).isEqualTo(without));
	}

	private Map<String, List<String>> verifySameBeans(ApplicationContextRunner application) {
		Map<String, List<String>> without = new TreeMap<>();
		application.run((context) -> without.putAll(beans(context)));
		withStarter(application).run((context) -> {
			assertThat(beans(context)).isEqualTo(without);
			assertThat(context).hasBean("braintrust.projects.support.tracer");
		});
		return without;
	}

	private static Map<String, List<String>> beans(AssertableApplicationContext context) {
		assertThat(context).hasNotFailed();
		return InjectionPoints.beans(context);
	}

	private ApplicationContextRunner withStarter(ApplicationContextRunner application) {
		return application
			.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class,
					BraintrustContextPropagationAutoConfiguration.class, BraintrustObservationAutoConfiguration.class))
			.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
					"braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1");
	}

	@Configuration(proxyBeanMethods = false)
	static class BeansOfAProject {

		@Bean
		@Primary
		@BraintrustProject("research")
		OpenTelemetry researchOpenTelemetry() {
			return OpenTelemetry.noop();
		}

		@Bean
		@BraintrustProject("research")
		SdkTracerProvider researchTracerProvider() {
			return SdkTracerProvider.builder().build();
		}

		@Bean
		@BraintrustProject("research")
		Tracer researchTracer() {
			return TracerProvider.noop().get("own");
		}

	}

}
