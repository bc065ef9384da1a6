package dev.braintrust.spring.sample.desk;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.braintrust.spring.sample.offline.OfflineServices;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls the support desk's remote evaluation with the requests that the clients of
 * Braintrust's TypeScript, Java and Ruby servers send.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "sample.demo=false", "braintrust.evals.remote.enabled=true", "braintrust.api-key=sk-of-the-desk",
				"braintrust.check-on-startup=false",
				"spring.datasource.url=jdbc:h2:mem:desk-remote;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE" })
@ContextConfiguration(initializers = OfflineServices.class)
class RemoteEvaluationTests {

	private static final Braintrust BRAINTRUST = new Braintrust();

	private static final String ROWS = "[{\"input\": \"Where is my order 4711?\", \"expected\": \"Aurora desk lamp\"}]";

	private static final String FUNCTION = "0b7e1c9a-5d0f-4d7e-9a54-3f1f2a6c8e01";

	private static final String PLAYGROUND = "\"parent\": {\"object_type\": \"playground_logs\", \"object_id\": \"pl-1\", "
			+ "\"propagated_event\": {\"span_attributes\": {\"generation\": \"g-1\"}}}";

	private final HttpClient client = HttpClient.newHttpClient();

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void braintrust(DynamicPropertyRegistry registry) {
		registry.add("braintrust.api-url", BRAINTRUST::url);
		registry.add("braintrust.app-url", BRAINTRUST::url);
	}

	@AfterAll
	static void close() {
		BRAINTRUST.server.stop(0);
	}

	@Test
	void playgroundListsTheEvaluation() throws Exception {
		JsonNode list = JsonMapper.shared().readTree(send("GET", "list", "", "Authorization", "Bearer t-1").body());
		assertThat(list.propertyNames()).containsExactly("support answers");
		assertThat(list.at("/support answers/parameters/schema/opening/type").asString()).isEqualTo("data");
	}

	// With a dataset, a scorer from Braintrust, and null for absent values.
	@Test
	void runOfTheTypeScriptClientFillsThePlayground() throws Exception {
		String events = run("{\"name\": \"support answers\", \"parameters\": {\"opening\": \"Hello! \"}, \"data\": "
				+ "{\"dataset_id\": \"d-1\", \"dataset_version\": null, \"_internal_btql\": null}, \"scores\": [{\"name\": "
				+ "\"polite\", \"function_id\": {\"function_id\": \"" + FUNCTION
				+ "\"}}], \"experiment_name\": null, \"project_id\": " + "\"p-1\", " + PLAYGROUND
				+ ", \"stream\": true}", "Authorization", "Bearer t-1", "x-bt-project-id", "p-1");
		assertThat(events).startsWith("event: progress\ndata: {\"id\":\"")
			.contains("Aurora desk lamp", "\"object_type\":\"dataset\"", "event: summary",
					"\"polite\":{\"name\":\"polite\"," + "\"score\":0.5",
					"\"contains\":{\"name\":\"contains\",\"score\":1.0")
			.endsWith("event: done\ndata: \n\n");
		assertThat(BRAINTRUST.requests).contains("POST /v1/dataset/d-1/fetch t-1",
				"POST /v1/function/" + FUNCTION + "/invoke t-1", "POST /otel/v1/traces t-1");
	}

	// With the playground's header, and with inline rows.
	@Test
	void runOfTheJavaClientFillsThePlayground() throws Exception {
		String events = run("{\"name\": \"support answers\", \"data\": {\"data\": " + ROWS + "}, " + PLAYGROUND
				+ ", \"stream\": true}", "x-bt-auth-token", "t-2", "x-bt-project-id", "p-1");
		assertThat(events).contains("\"event\":\"json_delta\"", "\"event\":\"done\"", "\"score\":1.0", "event: done")
			.doesNotContain("event: start");
		assertThat(BRAINTRUST.requests).contains("POST /otel/v1/traces t-2");
	}

	// As an experiment, with a function id as a text.
	@Test
	void runOfTheRubyClientIsAnExperiment() throws Exception {
		String events = run("{\"name\": \"support answers\", \"data\": {\"data\": " + ROWS
				+ "}, \"scores\": [{\"name\": " + "\"polite\", \"function_id\": \"" + FUNCTION
				+ "\"}], \"experiment_name\": \"from the page\", \"project_id\": " + "\"p-1\", \"stream\": true}",
				"Authorization", "Bearer t-3");
		assertThat(events).startsWith("event: start\n")
			.contains("\"experimentId\":\"e-1\"", "\"experimentName\":\"from the page\"",
					"\"projectName\":\"Support Desk\"", "\"score\":1.0", "\"score\":0.5")
			.endsWith("event: done\ndata: \n\n");
		assertThat(BRAINTRUST.requests).contains("POST /v1/experiment t-3", "POST /otel/v1/traces t-3");
	}

	@Test
	void strangerIsRefused() throws Exception {
		assertThat(send("GET", "list", "").statusCode()).isEqualTo(401);
		assertThat(send("GET", "list", "", "Authorization", "Bearer stranger").statusCode()).isEqualTo(401);
	}

	private String run(String body, String... headers) throws Exception {
		HttpResponse<String> response = send("POST", "eval", body, headers);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type"))
			.hasValueSatisfying((type) -> assertThat(type).startsWith("text/event-stream"));
		assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).contains("https://www.braintrust.dev");
		// Without the comments that keep a slow run's connection open.
		return response.body().replaceAll("(?m)^:.*\n\n", "");
	}

	private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + this.port + "/braintrust/evals/support/" + path))
			.method(method, BodyPublishers.ofString(body))
			.header("Origin", "https://www.braintrust.dev")
			.header("x-bt-org-name", "Acme");
		return this.client.send(((headers.length > 0) ? request.headers(headers) : request).build(),
				BodyHandlers.ofString());
	}

	/**
	 * A stand-in for Braintrust that records the requests and their keys.
	 */
	private static final class Braintrust {

		private final List<String> requests = new CopyOnWriteArrayList<>();

		private final HttpServer server;

		Braintrust() {
			try {
				this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
			this.server.createContext("/", this::answer);
			this.server.start();
		}

		String url() {
			return "http://127.0.0.1:" + this.server.getAddress().getPort();
		}

		private void answer(HttpExchange exchange) throws IOException {
			try (exchange) {
				exchange.getRequestBody().readAllBytes();
				String path = exchange.getRequestURI().getPath();
				String token = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"))
					.replace("Bearer ", "");
				this.requests.add(exchange.getRequestMethod() + " " + path + " " + token);
				byte[] body = (path.startsWith("/otel/") ? "" : json(path)).getBytes(StandardCharsets.UTF_8);
				exchange.sendResponseHeaders(token.equals("stranger") ? 401 : 200,
						(body.length > 0) ? body.length : -1);
				exchange.getResponseBody().write(body);
			}
		}

		private static String json(String path) {
			String project = "{\"id\": \"p-1\", \"name\": \"Support Desk\"}";
			return switch (path) {
				case "/api/apikey/login" -> "{\"org_info\": [{\"id\": \"o-1\", \"name\": \"Acme\"}]}";
				case "/v1/project" -> "{\"objects\": [" + project + "]}";
				case "/v1/project/p-1" -> project;
				case "/v1/experiment" -> "{\"id\": \"e-1\", \"name\": \"from the page\"}";
				case "/v1/dataset/d-1/fetch" -> "{\"events\": " + ROWS.replace("[{", "[{\"id\": \"row-1\", ") + "}";
				case "/v1/function/" + FUNCTION + "/invoke" -> "0.5";
				default -> "{}";
			};
		}

	}

}
