package dev.braintrust.spring.project;

import dev.braintrust.spring.properties.BraintrustProperties;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BraintrustAutoConfiguration}.
 */
class BraintrustAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class));

	@Test
	void keyAloneDeclaresAProjectWhosePropertiesMayStandElsewhere() {
		this.runner.withSystemProperties("braintrust.projects.support.api-key=sk-support")
			.withPropertyValues("braintrust.projects.support=", "braintrust.projects.research=")
			.run((context) -> {
				BraintrustProperties properties = context.getBean(BraintrustProperties.class);
				assertThat(properties.getProjects()).containsOnlyKeys("support", "research");
				assertThat(properties.getProjects().get("support").getApiKey()).isEqualTo("sk-support");
				assertThat(context).hasBean("braintrust.projects.research.tracer");
			});
	}

	@Test
	void projectsWithNothingBelowDeclareNone() {
		this.runner.withPropertyValues("braintrust.projects=").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(BraintrustProperties.class).getProjects()).isEmpty();
		});
	}

}
