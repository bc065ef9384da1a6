package dev.braintrust.spring.autoconfigure;

import java.util.Map;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.settings.DeclaredProjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BraintrustAutoConfiguration}.
 */
class BraintrustAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class));

	@Test
	void gettersOfPropertiesOfOthersAreNotCalled() {
		this.runner.withUserConfiguration(PropertiesOfOthers.class)
			.withPropertyValues("others.name=set")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void keyAloneDeclaresAProjectWhosePropertiesMayStandElsewhere() {
		this.runner.withSystemProperties("braintrust.projects.support.api-key=sk-support")
			.withPropertyValues("braintrust.projects.support=", "braintrust.projects.research=")
			.run((context) -> {
				BraintrustProperties properties = context.getBean(BraintrustProperties.class);
				assertThat(properties.projects()).containsOnlyKeys("support", "research");
				assertThat(properties.projects().get("support").apiKey()).isEqualTo("sk-support");
				assertThat(context).hasBean("braintrust.projects.research.tracer");
			});
	}

	@Test
	void projectsWithNothingBelowDeclareNone() {
		this.runner.withPropertyValues("braintrust.projects=").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(BraintrustProperties.class).projects()).isEmpty();
		});
	}

	@Test
	void variableInBootsSpellingConfiguresTheDeclaredProjectAndNoSecond() {
		this.runner.withInitializer((context) -> replaceVariables(context.getEnvironment(), "BRAINTRUST"))
			.withPropertyValues("braintrust.projects.support-bot.name=Support Bot")
			.run(BraintrustAutoConfigurationTests::isOneProject);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "acme" })
	void applicationTakesVariablesInBootsSpelling(String prefix) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setDefaultProperties(Map.of("braintrust.projects.support-bot.name", "Support Bot"));
		application.setEnvironmentPrefix(prefix);
		StandardEnvironment environment = new StandardEnvironment();
		replaceVariables(environment, prefix.isEmpty() ? "BRAINTRUST" : "ACME_BRAINTRUST");
		application.setEnvironment(environment);
		try (ConfigurableApplicationContext context = application.run()) {
			isOneProject(context);
			assertThat(context.getEnvironment()
				.getPropertySources()
				.get(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)).isInstanceOf(OriginLookup.class);
		}
	}

	private static void isOneProject(ApplicationContext context) {
		assertThat(context.getBean(BraintrustProjects.class).keys()).containsExactly("support-bot");
		assertThat(context.getBeanNamesForType(ProjectTracer.class))
			.containsExactly("braintrust.projects.support-bot.tracer");
		assertThat(context.getBean(BraintrustProperties.class).projects()).containsOnlyKeys("support-bot");
		assertThat(context.getBean(DeclaredProjects.class).all()).singleElement().satisfies((project) -> {
			assertThat(project.apiKey().value()).isEqualTo("sk-bot");
			assertThat(project.export().timeout()).hasSeconds(3);
			assertThat(project.parent()).hasToString("project_name:Support Bot");
		});
	}

	private static void replaceVariables(ConfigurableEnvironment environment, String prefix) {
		String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
		environment.getPropertySources()
			.replace(name, new SystemEnvironmentPropertySource(name, Map.of(prefix + "_PROJECTS_SUPPORTBOT_APIKEY",
					"sk-bot", prefix + "_PROJECTS_SUPPORTBOT_EXPORT_TIMEOUT", "3s")));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(BraintrustAutoConfiguration.class)
	static class Application {

	}

	@EnableConfigurationProperties(OthersProperties.class)
	static class PropertiesOfOthers {

	}

	@ConfigurationProperties("others")
	public static class OthersProperties {

		private String name;

		public String getName() {
			return this.name;
		}

		public void setName(String name) {
			this.name = name;
		}

		public String getUnsupported() {
			throw new UnsupportedOperationException();
		}

		public void setUnsupported(String unsupported) {
		}

	}

}
