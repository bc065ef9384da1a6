package dev.braintrust.spring.actuate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that neither the actuator endpoints nor the log contain a secret, even if
 * endpoints show property values.
 */
@ExtendWith(OutputCaptureExtension.class)
class SecretsTests {

	// A heap dump contains all data of the application.
	private static final Set<String> LEFT_OUT = Set.of("heapdump", "prometheus");

	@Test
	void noEndpointAndNoLineOfTheLogShowsASecret(CapturedOutput output) throws Exception {
		System.setProperty("test.command", "java -jar app.jar --braintrust.api-key=" + OperatedApplication.SHARED_KEY);
		List<String> read = new ArrayList<>();
		try (OperatedApplication application = new OperatedApplication("--logging.level.dev.braintrust=trace",
				"--logging.level.org.springframework=debug")) {
			application.projects().tracer("support").rootSpan("answer").run((span) -> span.output("x"));
			application.projects().tracer("research").rootSpan("answer").run((span) -> span.output("x"));
			application.projects().tracer("collected").rootSpan("answer").run((span) -> span.output("x"));
			application.projects().flush(Duration.ofMinutes(1));
			JsonNode links = application.json("/actuator").path("_links");
			for (String name : links.propertyNames()) {
				JsonNode link = links.path(name);
				if (!LEFT_OUT.contains(name) && !link.path("templated").asBoolean() && !name.equals("self")) {
					String body = application.get(link.path("href").asString().replaceFirst("^http://[^/]+", ""))
						.body();
					assertThat(body).as(name).doesNotContain("s3cret");
					read.add(name);
				}
			}
			assertThat(read).contains("beans", "braintrust", "conditions", "configprops", "env", "health", "mappings",
					"loggers", "threaddump");
			String env = application.get("/actuator/env").body();
			assertThat(env).contains("research.token", "test.command", "Support Agent");
			assertThat(application.get("/actuator/env/research.token").body()).contains("******");
			assertThat(application.get("/actuator/configprops").body()).contains("x-tenant-token", "Support Agent");
		}
		finally {
			System.clearProperty("test.command");
		}
		await()
			.untilAsserted(() -> assertThat(output).contains("Spans of the Braintrust project 'collected' are refused")
				.contains("Spans of the Braintrust project 'research' are refused"));
		assertThat(output).contains("Braintrust projects: ").doesNotContain("s3cret");
	}

}
