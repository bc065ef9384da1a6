package dev.braintrust.spring.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.autoconfigure.properties.ProjectSettingsResolver;
import dev.braintrust.spring.support.ScriptedModel;
import io.opentelemetry.api.trace.Tracer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.test.util.TestPropertyValues.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests of the output of a real application that starts or fails to start.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartupReportTests {

	@Test
	void malformedKeyIsReported(CapturedOutput output) {
		fails(Application.class, "braintrust.projects.Support.api-key=sk-s3cret");
		assertReport(output, """
				The property 'braintrust.projects.Support.api-key' has the project key 'Support', which is not made of \
				lower-case letters, digits and single dashes between them.
				""", """
				Rename the key, for example to 'support'. What Braintrust shows can be any text and is set by \
				'braintrust.projects.support.name'.
				""");
	}

	@Test
	void misspeltKeyOfAChatClientIsReported(CapturedOutput output) {
		fails(MisspeltApplication.class, "braintrust.projects.support.api-key=sk-s3cret");
		assertReport(output, """
				The bean 'supportChat' asks for the Braintrust project 'suport', but no project with that key is \
				declared.
				""", """
				Did you mean 'support'? The declared projects are: support. To declare 'suport', set a property of it, \
				such as 'braintrust.projects.suport.name'.
				""");
	}

	@Test
	void urlThatIsNoneIsReported(CapturedOutput output) {
		fails(Application.class, "braintrust.projects.support.api-key=sk-s3cret",
				"braintrust.api-url=https://user:s3cret@api.example.com");
		assertReport(output, """
				The property 'braintrust.api-url' is not a base URL: it needs the scheme http or https and a host, \
				and no user, query or fragment.
				""", """
				Set it to a URL such as 'https://api.braintrust.dev', or remove it to use that one.
				""");
	}

	@Test
	void missingTracerOfTheApplicationIsReported(CapturedOutput output) {
		fails(TracerApplication.class, "braintrust.projects.support.api-key=sk-s3cret");
		assertReport(output, """
				Parameter 0 of method agent in %s asks for a bean of type 'io.opentelemetry.api.trace.Tracer'. The \
				application has no such bean of its own, and project beans are injected only if the injection point \
				names their project.
				""".formatted(TracerApplication.class.getName()), """
				If a project is meant, annotate the injection point with its key, such as \
				@BraintrustProject("support"). If not, define a bean of that type. The declared projects are: support.
				""");
	}

	private static void assertReport(CapturedOutput output, String description, String action) {
		assertThat(output.getOut().replace("\r\n", "\n")).contains("""
				***************************
				APPLICATION FAILED TO START
				***************************

				Description:

				%s
				Action:

				%s
				""".formatted(description, action)).doesNotContain("\tat ");
		assertThat(output).doesNotContain("s3cret");
	}

	@Test
	void noProjectIsOneLine(CapturedOutput output) {
		starts("braintrust.api-key=sk-s3cret");
		assertThat(ours(output)).containsExactly("INFO No Braintrust project is declared under 'braintrust.projects'; "
				+ "nothing is traced into Braintrust");
	}

	@Test
	void projectsAreOneLineWithoutTheirSecrets(CapturedOutput output) {
		starts("braintrust.api-key=sk-s3cret", "braintrust.projects.support.name=Support Agent",
				"braintrust.projects.research.id=r-1", "braintrust.projects.research.api-key=sk-s3cret-too",
				"braintrust.projects.research.api-url=http://localhost:8000/base");
		assertThat(ours(output))
			.containsExactly("INFO Braintrust projects: support (project_name:Support Agent at api.braintrust.dev), "
					+ "research (project_id:r-1 at localhost:8000)");
		assertThat(output).doesNotContain("s3cret");
	}

	@Test
	void nameOfAProjectForgesNoLine(CapturedOutput output) {
		starts("braintrust.api-key=sk-s3cret", "braintrust.projects.support.name=Support\nWARN forged");
		assertThat(ours(output)).containsExactly(
				"INFO Braintrust projects: support (project_name:Support\\u000aWARN forged at api.braintrust.dev)");
		assertThat(output.getAll().lines()).noneMatch((line) -> line.startsWith("WARN forged"));
	}

	@Test
	void lineAtStartupNamesSomeOfManyProjects(CapturedOutput output) {
		starts(IntStream.rangeClosed(1, 21)
			.mapToObj((i) -> "braintrust.projects.project-" + i + ".api-key=sk-s3cret")
			.toArray(String[]::new));
		assertThat(ours(output)).singleElement(InstanceOfAssertFactories.STRING)
			.startsWith("INFO Braintrust projects: project-")
			.endsWith(" at api.braintrust.dev) and 1 more");
	}

	@Test
	void missingKeyIsOneWarningThatNamesPropertyVariableAndFile(CapturedOutput output) {
		assumeThat(apiKeyOfThisMachine()).as("no .env.braintrust file above the working directory").isFalse();
		starts("braintrust.projects.support.name=Support Agent", "braintrust.projects.research.api-key=sk-s3cret");
		assertMissingKey(output);
	}

	@Test
	void placeholderThatNothingResolvesIsAMissingKey(CapturedOutput output) {
		starts("braintrust.projects.support.api-key=${NO_SUCH_VARIABLE_ANYWHERE}",
				"braintrust.projects.research.api-key=sk-s3cret");
		assertMissingKey(output);
	}

	private static void assertMissingKey(CapturedOutput output) {
		assertThat(ours(output)).containsExactly(
				"WARN The Braintrust project 'support' is off: it has no API key. Set 'braintrust.api-key' for all "
						+ "projects or 'braintrust.projects.support.api-key' for this one, or the environment variable "
						+ "BRAINTRUST_API_KEY, or put that variable into a file named .env.braintrust in the working "
						+ "directory or above it. An unresolved '${...}' is not an API key.",
				"INFO Braintrust projects: support (off), research (project_name:research at api.braintrust.dev)");
		assertThat(output).doesNotContain("s3cret");
	}

	@Test
	void projectsThatAreSwitchedOffAreNamedWithoutAWarning(CapturedOutput output) {
		starts("braintrust.enabled=false", "braintrust.strict=true", "braintrust.projects.support.name=x",
				"braintrust.projects.research.enabled=true", "braintrust.projects.research.api-key=sk-s3cret");
		assertThat(ours(output)).containsExactly(
				"INFO Braintrust projects: support (off), research (project_name:research at api.braintrust.dev)");
		assertThat(output).doesNotContain("s3cret");
	}

	private static List<String> ours(CapturedOutput output) {
		return output.getAll()
			.lines()
			.filter((line) -> line.contains("braintrust.spring."))
			// The projects of these tests have no beans. MistakeTests tests that warning.
			.filter((line) -> !line.contains("o bean uses"))
			.map((line) -> (line.contains(" WARN ") ? "WARN " : "INFO ") + line.substring(line.indexOf(" : ") + 3))
			.toList();
	}

	private static boolean apiKeyOfThisMachine() {
		BraintrustProperties properties = BraintrustProperties.of(List.of("support"));
		return new ProjectSettingsResolver(properties, new MockEnvironment()).resolve().get(0).isOn();
	}

	private static void starts(String... properties) {
		application(Application.class, properties).run().close();
	}

	private static void fails(Class<?> configuration, String... properties) {
		assertThatException().isThrownBy(() -> application(configuration, properties).run());
	}

	private static SpringApplication application(Class<?> configuration, String... properties) {
		String variables = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
		SpringApplication application = new SpringApplication(configuration);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setLogStartupInfo(false);
		application.addInitializers((context) -> context.getEnvironment()
			.getPropertySources()
			.replace(variables, new SystemEnvironmentPropertySource(variables, Map.of())));
		application.addInitializers((context) -> TestPropertyValues
			.of("braintrust.api-url=https://api.braintrust.dev", "braintrust.check-on-startup=false")
			.and(properties)
			.applyTo(context.getEnvironment(), Type.MAP));
		return application;
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class })
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	static class MisspeltApplication extends Application {

		@Bean
		@BraintrustProject("suport")
		ChatClient supportChat() {
			return ChatClient.create(new ScriptedModel());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TracerApplication extends Application {

		@Bean
		String agent(Tracer tracer) {
			return "agent";
		}

	}

}
