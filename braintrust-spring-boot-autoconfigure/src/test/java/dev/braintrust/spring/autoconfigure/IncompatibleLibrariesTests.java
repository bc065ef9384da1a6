package dev.braintrust.spring.autoconfigure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.actuate.BraintrustActuatorAutoConfiguration;
import dev.braintrust.spring.actuate.BraintrustEndpoint;
import dev.braintrust.spring.export.SpanReader;
import dev.braintrust.spring.linkage.CaptureGuard;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.internal.SdkTracerProviderUtil;
import io.opentelemetry.sdk.trace.internal.TracerConfig;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of incompatible libraries: the project is switched off, and the application's
 * work continues.
 */
@ExtendWith(OutputCaptureExtension.class)
class IncompatibleLibrariesTests {

	private static final String VERSIONS = "The versions are: OpenTelemetry API 1.";

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustActuatorAutoConfiguration.class))
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent", "braintrust.projects.research.name=Research",
				"management.endpoints.web.exposure.include=*", "management.endpoints.jmx.exposure.include=*");

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@ParameterizedTest
	@EnumSource
	void linkageErrorAroundACallSwitchesTheProjectOffAndTheCallGoesOn(Place place, CapturedOutput output) {
		broken(place, (context) -> {
			ProjectTracer tracer = context.getBean(BraintrustProjects.class).tracer("support");
			for (int i = 0; i < 3; i++) {
				assertThat(tracer.taskSpan("task").input("in").<String, RuntimeException>call((span) -> {
					span.output("out").setAttribute("a", 1);
					return "done";
				})).isEqualTo("done");
				assertThatIllegalStateException().isThrownBy(() -> tracer.taskSpan("task").run((span) -> {
					throw new IllegalStateException("own");
				})).withMessage("own");
			}
			assertThat(tracer.isEnabled()).isFalse();
			assertThat(tracer.taskSpan("later").startSpan().isRecording()).isFalse();
			assertDown(context, "do not fit together");
		});
		assertThat(output.toString().split("do not fit together")).hasSize(2);
		assertThat(output)
			.contains("Braintrust project 'support': The project is off", VERSIONS, "OpenTelemetry SDK 1.",
					"Spring AI 2.", "Spring Boot 4.", "Braintrust starter ", "java.lang.NoSuchMethodError at ")
			.doesNotContain("of an unknown version", "secret");
	}

	@Test
	void otherProjectGoesOnRecording() {
		broken(Place.SAMPLER, (context) -> {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			projects.tracer("support").taskSpan("lost").run((span) -> {
			});
			projects.tracer("research").taskSpan("kept").run((span) -> {
			});
			assertThat(projects.tracer("research").isEnabled()).isTrue();
		});
		assertThat(this.receiver.awaitSpans(1)).extracting(ReceivedSpan::name).containsExactly("kept");
	}

	@Test
	void linkageErrorOfTheWorkComesOutAsItIsAndSwitchesNothingOff(CapturedOutput output) {
		NoSuchMethodError error = new NoSuchMethodError("secret");
		this.runner.run((context) -> {
			ProjectTracer tracer = context.getBean(BraintrustProjects.class).tracer("support");
			assertThatExceptionOfType(NoSuchMethodError.class)
				.isThrownBy(() -> tracer.taskSpan("failing").run((span) -> {
					throw error;
				}))
				.satisfies((thrown) -> assertThat(thrown).isSameAs(error));
			assertThat(tracer.isEnabled()).isTrue();
			assertThat(endpoint(context)).contains("state=idle").doesNotContain("do not fit");
		});
		assertThat(this.receiver.awaitSpans(1)).extracting(ReceivedSpan::name).containsExactly("failing");
		assertThat(output).doesNotContain("do not fit together");
	}

	@Test
	void spanThatIsOpenWhenTheProjectGoesOffDoesNothingFromThenOn() {
		AtomicReference<ProjectSpan> open = new AtomicReference<>();
		broken(Place.PROCESSOR_END, (context) -> {
			ProjectTracer tracer = context.getBean(BraintrustProjects.class).tracer("support");
			ProjectSpan span = tracer.taskSpan("open").startSpan();
			tracer.taskSpan("breaking").run((breaking) -> {
			});
			assertThat(span.isRecording()).isFalse();
			span.input("in").recordException(new IllegalStateException()).end();
			span.makeCurrent().close();
			Map<String, String> headers = new HashMap<>();
			tracer.propagator().inject(Context.root().with(span), headers, Map::put);
			assertThat(headers).isEmpty();
			open.set(span);
		});
		assertThat(open.get()).isNotNull();
		assertThat(this.receiver.spans()).isEmpty();
	}

	@Test
	void guardOfACallObservesNoMoreWhenItsProjectIsOff(CapturedOutput output) {
		this.runner.run((context) -> {
			ProjectTracer tracer = context.getBean(BraintrustProjects.class).tracer("support");
			CaptureGuard guard = new CaptureGuard(LogFactory.getLog(getClass()), "client", tracer) {
			};
			assertThat(guard.isOff()).isFalse();
			guard.failed(new IllegalStateException());
			assertThat(guard.<String>see(() -> "seen")).isEqualTo("seen");
			guard.failed(new NoSuchMethodError("secret"));
			assertThat(guard.isOff()).isTrue();
			List<String> observed = new ArrayList<>();
			guard.observe(() -> observed.add("observed"));
			assertThat(observed).isEmpty();
			assertThat(guard.<String>see(() -> "seen")).isNull();
			assertThat(tracer.isEnabled()).isFalse();
		});
		assertThat(output).contains("Spans of the client are incomplete", "do not fit together")
			.doesNotContain("secret");
	}

	@Test
	void linkageErrorInTheExportSwitchesTheProjectOff(CapturedOutput output) {
		this.runner.run((context) -> {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			Object project = ReflectionTestUtils.getField(projects.tracer("support"), "project");
			((SpanReader) ReflectionTestUtils.getField(project, "content")).incompatible(new NoSuchMethodError());
			assertThat(projects.tracer("support").isEnabled()).isFalse();
			assertDown(context, "do not fit together");
		});
		assertThat(output).contains(VERSIONS);
	}

	@Test
	void sampledSpanThatDoesNotRecordIsAStateOfTheProject(CapturedOutput output) {
		this.runner.withBean(ProjectTracerProviderCustomizer.class, () -> IncompatibleLibrariesTests::disable)
			.run((context) -> {
				BraintrustProjects projects = context.getBean(BraintrustProjects.class);
				assertThat(endpoint(context)).contains("state=idle");
				for (int i = 0; i < 3; i++) {
					assertThat(projects.tracer("support").taskSpan("a").<String, RuntimeException>call((span) -> "b"))
						.isEqualTo("b");
				}
				assertDown(context, "Nothing is recorded");
			});
		assertThat(output).contains("Braintrust project 'support': Nothing is recorded", VERSIONS,
				"OpenTelemetry SDK 1.");
		assertThat(output.toString().split("Nothing is recorded")).hasSize(2);
	}

	@Test
	void spanThatASamplerRefusesOrThatComesAfterTheEndIsNoFailure(CapturedOutput output) {
		this.runner
			.withBean(ProjectTracerProviderCustomizer.class, () -> (builder) -> builder.setSampler(Sampler.alwaysOff()))
			.run((context) -> {
				ProjectTracer tracer = context.getBean(BraintrustProjects.class).tracer("support");
				tracer.taskSpan("refused").run((span) -> {
				});
				assertThat(endpoint(context)).contains("state=idle").doesNotContain("Nothing is recorded");
				context.getSourceApplicationContext().close();
				tracer.taskSpan("late").run((span) -> {
				});
			});
		assertThat(output).doesNotContain("Nothing is recorded");
	}

	private void broken(Place place, ContextConsumer<AssertableApplicationContext> consumer) {
		this.runner.withBean(Place.class, () -> place).withUserConfiguration(Broken.class).run(consumer);
	}

	private static void disable(SdkTracerProviderBuilder builder) {
		SdkTracerProviderUtil.addTracerConfiguratorCondition(builder, (scope) -> true, TracerConfig.disabled());
	}

	private static void assertDown(AssertableApplicationContext context, String problem) {
		assertThat(endpoint(context)).contains("state=down", problem, VERSIONS);
		CompositeHealthContributor contributor = context.getBean(CompositeHealthContributor.class);
		Health health = ((HealthIndicator) contributor.getContributor("support")).health();
		assertThat(health.getStatus().getCode()).isEqualTo("DEGRADED");
		assertThat(health.getDetails()).containsEntry("state", "down");
		assertThat(health.getDetails().get("problems").toString()).contains(problem, VERSIONS);
	}

	private static String endpoint(AssertableApplicationContext context) {
		Object descriptor = ReflectionTestUtils.invokeMethod(context.getBean(BraintrustEndpoint.class), "project",
				"support");
		return String.valueOf(descriptor);
	}

	@Configuration(proxyBeanMethods = false)
	static class Broken {

		@Bean
		@BraintrustProject("support")
		ProjectTracerProviderCustomizer breaking(Place place) {
			return place::customize;
		}

	}

	/**
	 * The place of a missing method.
	 */
	enum Place {

		CUSTOMIZER {

			@Override
			void customize(SdkTracerProviderBuilder builder) {
				fail();
			}

		},

		SAMPLER {

			@Override
			void customize(SdkTracerProviderBuilder builder) {
				builder.setSampler(new BrokenSampler());
			}

		},

		PROCESSOR_START {

			@Override
			void customize(SdkTracerProviderBuilder builder) {
				builder.addSpanProcessor(new BrokenProcessor(true));
			}

		},

		PROCESSOR_END {

			@Override
			void customize(SdkTracerProviderBuilder builder) {
				builder.addSpanProcessor(new BrokenProcessor(false));
			}

		};

		abstract void customize(SdkTracerProviderBuilder builder);

		static void fail() {
			throw new NoSuchMethodError("secret");
		}

	}

	private static final class BrokenSampler implements Sampler {

		@Override
		public SamplingResult shouldSample(Context parentContext, String traceId, String name, SpanKind spanKind,
				Attributes attributes, List<LinkData> parentLinks) {
			Place.fail();
			return SamplingResult.drop();
		}

		@Override
		public String getDescription() {
			return "broken";
		}

	}

	private static final class BrokenProcessor implements SpanProcessor {

		private final boolean start;

		BrokenProcessor(boolean start) {
			this.start = start;
		}

		@Override
		public void onStart(Context parentContext, ReadWriteSpan span) {
			Place.fail();
		}

		@Override
		public boolean isStartRequired() {
			return this.start;
		}

		@Override
		public void onEnd(ReadableSpan span) {
			Place.fail();
		}

		@Override
		public boolean isEndRequired() {
			return !this.start;
		}

		@Override
		public CompletableResultCode forceFlush() {
			throw new NoSuchMethodError("secret");
		}

	}

}
