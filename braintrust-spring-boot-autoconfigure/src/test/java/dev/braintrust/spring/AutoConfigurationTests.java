package dev.braintrust.spring;

import java.time.Duration;
import java.util.Set;

import dev.braintrust.spring.actuate.BraintrustActuatorAutoConfiguration;
import dev.braintrust.spring.actuate.BraintrustEndpoint;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustContextPropagationAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustModelAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustObservationAutoConfiguration;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mockito.Mockito;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the beans of the auto-configurations, with and without the optional libraries.
 */
@ExtendWith(OutputCaptureExtension.class)
class AutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(BraintrustAutoConfiguration.class, BraintrustContextPropagationAutoConfiguration.class,
				BraintrustObservationAutoConfiguration.class, BraintrustChatAutoConfiguration.class,
				BraintrustModelAutoConfiguration.class, BraintrustActuatorAutoConfiguration.class));

	@Test
	void withoutAProjectTheRegistryIsEmptyAndOneLineSaysSo(CapturedOutput output) {
		this.runner.run((context) -> {
			assertThat(context.getBean(BraintrustProjects.class).keys()).isEmpty();
			assertThat(context).doesNotHaveBean(ProjectTracer.class);
			assertThat(context).doesNotHaveBean(OpenTelemetry.class);
		});
		assertThat(output).containsOnlyOnce("No Braintrust project is declared under 'braintrust.projects'");
	}

	@Test
	void withoutAnythingOptionalTheProjectsAreThere() {
		new ApplicationContextRunner().withUserConfiguration(Everything.class)
			.withClassLoader(new FilteredClassLoader("org.springframework.ai", "reactor", "io.micrometer",
					"jakarta.persistence", "org.springframework.boot.health", "org.springframework.boot.actuate"))
			.withPropertyValues("braintrust.projects.support.enabled=false")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(BraintrustProjects.class).keys()).containsExactly("support");
				String value = context.getBean(BraintrustProjects.class)
					.tracer("support")
					.taskSpan("task")
					.call((span) -> "done");
				assertThat(value).isEqualTo("done");
				assertThat(context).doesNotHaveBean("braintrustChatClientPostProcessor");
				assertThat(context).doesNotHaveBean("braintrustModelPostProcessor");
				assertThat(context).doesNotHaveBean("braintrustObservationHandler");
				assertThat(context).doesNotHaveBean(BraintrustContextPropagationAutoConfiguration.class);
				assertThat(context).doesNotHaveBean("braintrustEndpoint");
				assertThat(context).doesNotHaveBean("braintrustHealthContributor");
				assertThat(context).doesNotHaveBean("braintrustMeters");
				assertThat(context).doesNotHaveBean("braintrustSanitizingFunction");
			});
	}

	@Test
	void whatOperatorsSeeCanBeSwitchedOffOneByOne() {
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=braintrust").run((context) -> {
			assertThat(context).hasSingleBean(BraintrustEndpoint.class);
			assertThat(context).hasBean("braintrustHealthContributor");
			assertThat(context).hasBean("braintrustMeters");
		});
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(BraintrustEndpoint.class));
		this.runner.withPropertyValues("management.health.braintrust.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean("braintrustHealthContributor"));
	}

	@Test
	void withoutTheProjectsThereIsNothingToSee() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(BraintrustActuatorAutoConfiguration.class))
			.withPropertyValues("management.endpoints.web.exposure.include=braintrust")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context).doesNotHaveBean(BraintrustEndpoint.class);
				assertThat(context).doesNotHaveBean("braintrustHealthContributor");
				assertThat(context).doesNotHaveBean("braintrustMeters");
			});
	}

	@Test
	void withoutMicrometersBridgeObservationsGetNoHandler() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(ObservationHandler.class));
		this.runner.withClassLoader(new FilteredClassLoader(OtelCurrentTraceContext.class))
			.run((context) -> assertThat(context).doesNotHaveBean(ObservationHandler.class));
	}

	@Test
	void registryOfTheUserTakesTheirPlace() {
		this.runner.withUserConfiguration(OwnRegistry.class)
			.withPropertyValues("braintrust.projects.support.enabled=false")
			.run((context) -> {
				assertThat(context).hasSingleBean(BraintrustProjects.class);
				assertThat(context.getBean("braintrust.projects.support.openTelemetry")).isSameAs(OwnRegistry.OWN);
			});
	}

	// Imported by a configuration class as in an application, because a class file may
	// refer to absent classes.
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ BraintrustAutoConfiguration.class, BraintrustContextPropagationAutoConfiguration.class,
			BraintrustObservationAutoConfiguration.class, BraintrustChatAutoConfiguration.class,
			BraintrustModelAutoConfiguration.class, BraintrustActuatorAutoConfiguration.class })
	static class Everything {

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRegistry {

		private static final OpenTelemetry OWN = OpenTelemetry.noop();

		@Bean
		BraintrustProjects ownProjects() {
			return new BraintrustProjects() {

				@Override
				public Set<String> keys() {
					return Set.of("support");
				}

				@Override
				public ProjectTracer tracer(String key) {
					return Mockito.mock(ProjectTracer.class);
				}

				@Override
				public TracerProvider tracerProvider(String key) {
					return TracerProvider.noop();
				}

				@Override
				public OpenTelemetry openTelemetry(String key) {
					return OWN;
				}

				@Override
				public <T> T instrument(String key, T client) {
					return client;
				}

				@Override
				public <T> T instrument(String key, String name, T client) {
					return client;
				}

				@Override
				public boolean flush(Duration timeout) {
					return true;
				}

				@Override
				public boolean flush(String key, Duration timeout) {
					return true;
				}

			};
		}

	}

}
