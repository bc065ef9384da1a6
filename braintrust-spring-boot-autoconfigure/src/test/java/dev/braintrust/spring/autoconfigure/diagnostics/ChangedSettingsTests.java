package dev.braintrust.spring.autoconfigure.diagnostics;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ChangedSettings}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ChangedSettingsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.api-key=sk-test", "braintrust.projects.support.name=Support",
				"braintrust.projects.research.name=Research");

	@Test
	void changedProjectsAreNamedAndStayAsTheyAre(CapturedOutput output) {
		run((context) -> {
			change(context, Map.of("braintrust.projects.support.api-key", "sk-secret"));
			assertThat(output).contains("The properties of Braintrust projects have changed: support. They take effect")
				.doesNotContain("sk-secret");
		});
	}

	@Test
	void defaultOfAllChangesAllAndNewOnesAreNamed(CapturedOutput output) {
		run((context) -> {
			change(context,
					Map.of("braintrust.api-url", "https://eu.example.com", "braintrust.projects.added.name", "Added"));
			assertThat(output).contains("have changed: added, research, support.");
			assertThat(context.getBean(BraintrustProjects.class).keys()).containsExactlyInAnyOrder("support",
					"research");
		});
	}

	@Test
	void unusablePropertiesAreSaidWithoutTheirValues(CapturedOutput output) {
		run((context) -> {
			change(context, Map.of("braintrust.projects.support.api-key", "two words"));
			assertThat(output).contains("have changed and cannot be used").doesNotContain("two words");
		});
	}

	@Test
	void otherChangesAndOtherEventsSayNothing(CapturedOutput output) {
		run((context) -> {
			change(context, Map.of("server.port", "1"));
			context.publishEvent("anything");
			assertThat(output).doesNotContain("have changed");
		});
	}

	private void run(Consumer<ConfigurableApplicationContext> work) {
		this.runner
			.run((context) -> work.accept(context.getSourceApplicationContext(ConfigurableApplicationContext.class)));
	}

	private static void change(ConfigurableApplicationContext context, Map<String, Object> properties) {
		context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("changed", properties));
		context.publishEvent(new EnvironmentChangeEvent(context, Set.copyOf(properties.keySet())));
	}

}
