package dev.braintrust.spring.actuate;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the actuator endpoints over HTTP.
 */
class ActuatorTests {

	private static final Pattern COMMAND = Pattern.compile(
			"^curl -X POST localhost:8080(\\S+)(?: -H 'Content-Type: ([^']+)')?(?: -d '([^']+)')?$", Pattern.MULTILINE);

	private static OperatedApplication application;

	@BeforeAll
	static void start() {
		application = new OperatedApplication();
		application.projects().tracer("support").rootSpan("answer").input("c0ntent").run((span) -> span.output("x"));
		application.projects().tracer("research").rootSpan("answer").input("c0ntent").run((span) -> span.output("x"));
		application.projects().flush(Duration.ofMinutes(1));
	}

	@AfterAll
	static void close() {
		application.close();
	}

	@Test
	void projectWhoseSpansArriveIsShown() throws Exception {
		JsonNode project = application.json("/actuator/braintrust/support");
		assertThat(project.path("key").asString()).isEqualTo("support");
		assertThat(project.path("name").asString()).isEqualTo("Support Agent");
		assertThat(project.has("id")).isFalse();
		assertThat(project.path("destination").asString()).isEqualTo(application.destination());
		assertThat(project.path("state").asString()).isEqualTo("sending");
		assertThat(project.path("problems")).isEmpty();
		assertThat(project.path("lastSuccess").asString()).isNotEmpty();
		assertThat(project.has("lastError")).isFalse();
		assertThat(project.path("access").path("state").asString()).isEqualTo("granted");
		assertThat(project.path("access").path("organization").asString()).isEqualTo("Acme");
		assertThat(project.path("spans").path("sent").asLong()).isPositive();
		assertThat(project.path("spans").path("lost")).isEmpty();
		assertThat(project.path("requests").asLong()).isPositive();
		assertThat(project.path("bytes").path("sent").asLong()).isPositive();
		assertThat(project.toString()).doesNotContain("c0ntent");
	}

	@Test
	void projectWhoseSpansAreRefusedIsShownWithTheReason() throws Exception {
		JsonNode project = application.json("/actuator/braintrust/research");
		assertThat(project.path("id").asString()).isEqualTo("r-1");
		assertThat(project.has("name")).isFalse();
		assertThat(project.path("access").path("project").asString()).isEqualTo("Project");
		assertThat(project.path("state").asString()).isEqualTo("failing");
		assertThat(project.path("lastError").asString()).isEqualTo("A request to " + application.refusingDestination()
				+ " failed (status 401) for good, and its spans are lost.");
		assertThat(project.path("problems").get(0).asString()).isEqualTo(project.path("lastError").asString());
		assertThat(project.path("spans").path("lost").path("refused").asLong()).isEqualTo(1);
		assertThat(project.path("spans").path("ended").asLong()).isEqualTo(1);
	}

	@Test
	void projectsThatAreOffAreShownAsSuch() throws Exception {
		JsonNode projects = application.json("/actuator/braintrust").path("projects");
		assertThat(projects.propertyNames()).containsExactlyInAnyOrder("support", "research", "collected", "off",
				"keyless");
		assertThat(projects.path("off").path("state").asString()).isEqualTo("off");
		assertThat(projects.path("off").path("problems")).isEmpty();
		assertThat(projects.path("off").has("spans")).isFalse();
		assertThat(projects.path("keyless").path("state").asString()).isEqualTo("off");
		assertThat(projects.path("keyless").path("problems").get(0).asString()).contains("it has no API key");
	}

	@Test
	void unknownProjectIsNotFound() throws Exception {
		assertThat(application.get("/actuator/braintrust/suport").statusCode()).isEqualTo(404);
		assertThat(application.post("/actuator/braintrust/suport", "{}").statusCode()).isEqualTo(404);
	}

	@Test
	void flushSendsWhatHasEnded() throws Exception {
		long before = sent();
		application.projects().tracer("support").rootSpan("later").run((span) -> span.output("x"));
		HttpResponse<String> one = application.post("/actuator/braintrust/support", "{\"timeout\": \"20s\"}");
		assertThat(one.statusCode()).isEqualTo(200);
		assertThat(JsonMapper.shared().readTree(one.body()).path("flushed").asBoolean()).isTrue();
		assertThat(sent()).isEqualTo(before + 1);
		application.projects().tracer("support").rootSpan("later").run((span) -> span.output("x"));
		HttpResponse<String> all = application.post("/actuator/braintrust", "{}");
		assertThat(JsonMapper.shared().readTree(all.body()).path("flushed").asBoolean()).isTrue();
		assertThat(sent()).isEqualTo(before + 2);
	}

	@ParameterizedTest
	@MethodSource("commands")
	void commandOfTheDocumentationFlushes(String path, String contentType, String body) throws Exception {
		application.projects().tracer("support").rootSpan("later").run((span) -> span.output("x"));
		HttpResponse<String> answer = application.post(path, contentType, body);
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(JsonMapper.shared().readTree(answer.body()).path("flushed").asBoolean()).isTrue();
	}

	// By default, curl sends a body as a form.
	static List<Arguments> commands() throws IOException {
		Path root = Path.of("").toAbsolutePath();
		String page = Files
			.readString((Files.exists(root.resolve("docs")) ? root : root.getParent()).resolve("docs/operations.md"));
		List<Arguments> commands = COMMAND.matcher(page).results().map((command) -> {
			String contentType = (command.group(2) != null) ? command.group(2)
					: ((command.group(3) != null) ? "application/x-www-form-urlencoded" : null);
			return Arguments.of(command.group(1), contentType, command.group(3));
		}).toList();
		assertThat(commands).hasSize(2);
		return commands;
	}

	private static long sent() throws IOException, InterruptedException {
		return application.json("/actuator/braintrust/support").path("spans").path("sent").asLong();
	}

	@Test
	void flushThatWouldHoldAThreadForLongIsRefused() throws Exception {
		assertThat(application.post("/actuator/braintrust/support", "{\"timeout\": \"1h\"}").statusCode())
			.isEqualTo(400);
		assertThat(application.post("/actuator/braintrust", "{\"timeout\": \"-1s\"}").statusCode()).isEqualTo(400);
	}

	@Test
	void healthHasAComponentForEachProject() throws Exception {
		JsonNode components = application.json("/actuator/health/braintrust").path("components");
		assertThat(components.path("support").path("status").asString()).isEqualTo("UP");
		assertThat(components.path("off").path("status").asString()).isEqualTo("UP");
		assertThat(components.path("keyless").path("status").asString()).isEqualTo("DEGRADED");
		JsonNode research = components.path("research");
		assertThat(research.path("status").asString()).isEqualTo("DEGRADED");
		assertThat(research.path("details").path("problems").get(0).asString()).contains("status 401");
		assertThat(research.path("details").path("lost").asLong()).isEqualTo(1);
	}

	@Test
	void degradedProjectsLeaveTheApplicationUp() throws Exception {
		assertThat(application.get("/actuator/health/braintrust/research").statusCode()).isEqualTo(200);
		assertThat(application.get("/actuator/health").statusCode()).isEqualTo(200);
		assertThat(application.json("/actuator/health").path("status").asString()).isEqualTo("UP");
		for (String probe : Set.of("liveness", "readiness")) {
			JsonNode group = application.json("/actuator/health/" + probe);
			assertThat(group.path("status").asString()).isEqualTo("UP");
			assertThat(group.path("components").has("braintrust")).isFalse();
		}
	}

	@Test
	void metersAddUp() throws Exception {
		assertThat(meter("otel.sdk.exporter.span.exported?tag=project:research&tag=error.type:refused")).isEqualTo(1);
		assertThat(meter("otel.sdk.exporter.span.exported?tag=project:research&tag=error.type:none")).isZero();
		assertThat(meter("otel.sdk.processor.span.processed?tag=project:research")).isEqualTo(1);
		assertThat(meter("otel.sdk.processor.span.queue.size?tag=project:research")).isZero();
		assertThat(meter("otel.sdk.exporter.span.inflight?tag=project:research")).isZero();
		assertThat(meter("otel.sdk.exporter.span.exported?tag=project:support")).isPositive();
		assertThat(meter("braintrust.export.sent?tag=project:support")).isPositive();
		assertThat(meter("braintrust.export.queue.size?tag=project:support")).isZero();
		assertThat(meter("braintrust.export.requests?tag=project:research")).isPositive();
		assertThat(meter("braintrust.export.retried?tag=project:research")).isZero();
		assertThat(meter("braintrust.export.content.lost?tag=project:research")).isZero();
		JsonNode exported = application.json("/actuator/metrics/otel.sdk.exporter.span.exported");
		assertThat(exported.path("baseUnit").asString()).isEqualTo("span");
		assertThat(application.get("/actuator/metrics/otel.sdk.exporter.span.exported?tag=project:off").statusCode())
			.isEqualTo(404);
	}

	private static double meter(String query) throws IOException, InterruptedException {
		JsonNode meter = application.json("/actuator/metrics/" + query);
		assertThat(meter.path("measurements")).as(query).hasSize(1);
		return meter.path("measurements").get(0).path("value").asDouble();
	}

}
