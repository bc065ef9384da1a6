package dev.braintrust.spring.trace;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the origin in spans, by the received bytes.
 */
class SpanOriginTests {

	private final Map<String, Object> variables = new LinkedHashMap<>();

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withInitializer((context) -> context.getEnvironment()
			.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
							this.variables)))
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent");

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@Test
	void originNamesTheStarterAndTheScopeAndNoEnvironmentThatIsNotKnown() {
		this.runner.run((context) -> context.getBean(BraintrustProjects.class)
			.tracerProvider("support")
			.get("com.example.library")
			.spanBuilder("work")
			.startSpan()
			.end());
		assertThat(origin()).matches("\\{\"span_origin\":\\{\"name\":\"braintrust-spring-boot-starter\","
				+ "\"version\":\"\\d[^\"]*\",\"instrumentation\":\\{\"name\":\"com.example.library\"}}}");
	}

	@Test
	void environmentOfTheProcessIsInTheOrigin() {
		this.variables.put("KUBERNETES_SERVICE_HOST", "10.0.0.1");
		recordSpan(this.runner);
		assertThat(origin()).endsWith(",\"environment\":{\"type\":\"server\",\"name\":\"kubernetes\"}}}");
	}

	@Test
	void environmentThatIsGivenInPartIsInTheOriginInPart() {
		this.variables.put("KUBERNETES_SERVICE_HOST", "10.0.0.1");
		recordSpan(this.runner.withPropertyValues("braintrust.environment.name=eu_west"));
		assertThat(origin()).endsWith(",\"environment\":{\"name\":\"eu_west\"}}}");
	}

	@Test
	void noEnvironmentIsInTheOriginWhereItIsSwitchedOff() {
		this.variables.put("KUBERNETES_SERVICE_HOST", "10.0.0.1");
		recordSpan(this.runner.withPropertyValues("braintrust.projects.support.environment.type=none"));
		assertThat(origin()).contains("span_origin").doesNotContain("environment");
	}

	@Test
	void callerLocationThatTheApplicationGivesPassesThrough() {
		this.runner.run((
				context) -> context.getBean(BraintrustProjects.class).tracer("support").taskSpan("work").run((span) -> {
					span.setAttribute("code.function.name", "com.example.Desk.answer");
					span.setAttribute("code.file.path", "Desk.java");
					span.setAttribute("code.line.number", 42);
				}));
		assertThat(span().attributes()).containsEntry("code.function.name", "com.example.Desk.answer")
			.containsEntry("code.file.path", "Desk.java")
			.containsEntry("code.line.number", 42L);
		assertThat(origin()).doesNotContain("caller_");
	}

	private static void recordSpan(ApplicationContextRunner runner) {
		runner.run((
				context) -> context.getBean(BraintrustProjects.class).tracer("support").taskSpan("work").run((span) -> {
				}));
	}

	private String origin() {
		return span().json("braintrust.context_json").toString();
	}

	private ReceivedSpan span() {
		return this.receiver.awaitSpans(1).get(0);
	}

}
