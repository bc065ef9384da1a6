package dev.braintrust.spring.api;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.support.BraintrustData;
import dev.braintrust.spring.support.BraintrustServer;
import dev.braintrust.spring.support.BraintrustServer.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.util.RawValue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link ProjectApi}.
 */
class ProjectApiTests {

	private static final String KEY = "sk-very-secret";

	private final BraintrustServer server = new BraintrustServer();

	private final ProjectApis apis = new ProjectApis(() -> new HttpClients(null));

	@AfterEach
	void close() {
		this.apis.close();
		this.server.close();
	}

	@Test
	void idThatIsGivenIsTakenAsItIs() {
		assertThat(api("p-1", null).projectId()).isEqualTo("p-1");
		assertThat(this.server.calls()).isEmpty();
	}

	@Test
	void projectIsFoundByItsNameOnce() {
		ProjectApi api = api(null, BraintrustData.PROJECT_NAME);
		assertThat(api.projectId()).isEqualTo(BraintrustData.PROJECT_ID);
		assertThat(api.projectId()).isEqualTo(BraintrustData.PROJECT_ID);
		assertThat(this.server.calls()).singleElement().satisfies((call) -> {
			assertThat(call).hasToString("GET /v1/project");
			assertThat(call.query()).containsExactly(Map.entry("project_name", BraintrustData.PROJECT_NAME));
			assertThat(call.authorization()).isEqualTo("Bearer " + KEY);
		});
	}

	@Test
	void projectOfANewNameIsMade() {
		String id = api(null, "Straße & more").projectId();
		assertThat(id).isNotEmpty().isNotEqualTo(BraintrustData.PROJECT_ID);
		assertThat(this.server.calls("POST /v1/project")).singleElement()
			.satisfies((call) -> assertThat(call.body().path("name").asString()).isEqualTo("Straße & more"));
		assertThat(api(null, "Straße & more").projectId()).isEqualTo(id);
	}

	@Test
	void projectThatCannotBeAskedForIsAskedForAgain() {
		this.server.failing("GET /v1/project", 1, Fault.status(404));
		ProjectApi api = api(null, BraintrustData.PROJECT_NAME);
		assertThatExceptionOfType(ApiFailure.class).isThrownBy(api::projectId);
		assertThat(api.projectId()).isEqualTo(BraintrustData.PROJECT_ID);
	}

	@Test
	void organizationSaysWhatItAllowsOfGit() {
		this.server.data().allowingGit("{\"collect\": \"all\"}");
		Login.Organization organization = api("p-1", null).organization();
		assertThat(organization.name()).isEqualTo("Acme");
		assertThat(organization.gitMetadata().path("collect").asString()).isEqualTo("all");
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 401, 403, 404, 429, 307 })
	void refusalNamesTheStatusAndNeitherTheAnswerNorTheKeyNorTheQuery(int status) {
		this.server.failing("GET /v1/prompt", Fault.status(status));
		assertThatExceptionOfType(ApiFailure.class)
			.isThrownBy(() -> api("p-1", null).get("/v1/prompt?slug=a-private-name"))
			.withMessage("A request of the Braintrust project 'support' to '/v1/prompt' failed (status " + status + ")")
			.satisfies((failure) -> assertThat(failure.reply().status()).isEqualTo(status));
		assertThat(this.server.calls()).hasSize(1);
	}

	@Test
	void whatMayPassIsTriedAgain() {
		this.server.failing("POST /btql", 1, Fault.status(503)).failing("POST /btql", 1, Fault.status(429, "0"));
		JsonNode answer = api("p-1", null).post("/btql", JsonNodeFactory.instance.objectNode().put("query", "a"));
		assertThat(answer.path("data").isArray()).isTrue();
		assertThat(this.server.calls()).hasSize(3);
	}

	@Test
	void serverThatAsksForALongPauseIsNotWaitedFor() {
		this.server.failing("GET /v1/prompt", Fault.status(429, "3600"));
		assertThatExceptionOfType(ApiFailure.class).isThrownBy(() -> api("p-1", null).get("/v1/prompt"))
			.withMessageContaining("status 429");
		assertThat(this.server.calls()).hasSize(1);
	}

	@Test
	void serverThatHangsIsGivenUpOnce() {
		this.server.failing("POST /btql", Fault.hang());
		assertThatExceptionOfType(ApiFailure.class)
			.isThrownBy(
					() -> api("p-1", null).post("/btql", JsonNodeFactory.instance.objectNode(), Duration.ofMillis(200)))
			.withMessageContaining("TimeoutException");
		// On a busy machine the request may be given up before it arrives.
		assertThat(this.server.calls()).hasSizeLessThan(2);
	}

	@Test
	void answerThatIsNoJsonIsAFailure() {
		this.server.data().answering((query) -> JsonNodeFactory.instance.rawValueNode(new RawValue("<html>")));
		assertThatExceptionOfType(ApiFailure.class)
			.isThrownBy(() -> api("p-1", null).post("/btql", JsonNodeFactory.instance.objectNode()))
			.withMessageContaining("not JSON");
	}

	@Test
	void interruptGivesUpTheRequestAndStays() throws InterruptedException {
		this.server.failing("GET /v1/prompt", Fault.hang());
		CompletableFuture<List<Object>> seen = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				api("p-1", null).get("/v1/prompt");
			}
			catch (ApiFailure ex) {
				seen.complete(List.of(ex.getMessage(), Thread.currentThread().isInterrupted()));
			}
		});
		thread.start();
		await().until(() -> !this.server.calls().isEmpty());
		thread.interrupt();
		assertThat(seen.orTimeout(60, TimeUnit.SECONDS).join())
			.containsExactly("A request of the Braintrust project 'support' to '/v1/prompt' was interrupted "
					+ "(InterruptedException)", true);
	}

	@Test
	void closeEndsARequestUnderWayAndAllLaterOnes() throws InterruptedException {
		this.server.failing("GET /v1/prompt", Fault.hang());
		CountDownLatch failed = new CountDownLatch(1);
		Thread thread = new Thread(() -> {
			try {
				api("p-1", null).get("/v1/prompt");
			}
			catch (ApiFailure ex) {
				failed.countDown();
			}
		});
		thread.start();
		await().until(() -> !this.server.calls().isEmpty());
		this.apis.close();
		assertThat(failed.await(60, TimeUnit.SECONDS)).isTrue();
		assertThatExceptionOfType(ApiFailure.class).isThrownBy(() -> api("p-1", null).get("/v1/prompt"));
	}

	@Test
	void projectWithoutAKeyIsNamedWithItsProperty() {
		ProjectApi api = this.apis.of(settings("bare", "p-1", null, null));
		assertThat(api.hasKey()).isFalse();
		assertThatIllegalStateException().isThrownBy(() -> api.get("/v1/prompt"))
			.withMessageContaining("'bare' has no API key")
			.withMessageContaining("braintrust.projects.bare.api-key");
	}

	private ProjectApi api(String id, String name) {
		return this.apis.of(settings("support", id, name, new ProjectSettings.ApiKey(KEY)));
	}

	private ProjectSettings settings(String key, String id, String name, ProjectSettings.ApiKey apiKey) {
		URI url = URI.create(this.server.url());
		ProjectSettings.Connection connection = new ProjectSettings.Connection(null, null, 0, null);
		ProjectSettings.Export export = new ProjectSettings.Export(Duration.ofSeconds(10), null, Map.of(),
				ProjectSettings.ExportCompression.NONE, 1, connection);
		return new ProjectSettings(key, ProjectSettings.Parent.of(id, name), true, apiKey, url, url, null,
				new ProjectSettings.Capture(true, true, true, ProjectSettings.CaptureFormat.BRAINTRUST,
						ProjectSettings.Capture.UNLIMITED, false, null),
				1, new ProjectSettings.Attachments(ProjectSettings.AttachmentsMode.NONE, 1, 1, Duration.ZERO), false,
				export, null);
	}

}
