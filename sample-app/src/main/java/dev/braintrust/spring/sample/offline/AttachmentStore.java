package dev.braintrust.spring.sample.offline;

import java.io.IOException;
import java.util.Map;

import com.sun.net.httpserver.HttpExchange;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Accepts attachments like Braintrust: the login, an upload URL for each, the bytes, and
 * a status report.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/attachments.md#upload-flow">Braintrust's
 * specification, "Upload flow"</a>
 */
final class AttachmentStore {

	private static final String STORAGE_PATH = "/storage/";

	private final JsonMapper json = new JsonMapper();

	private final CollectedSpans spans;

	private final String url;

	AttachmentStore(CollectedSpans spans, String url) {
		this.spans = spans;
		this.url = url;
	}

	void serve(LoopbackServer server) {
		server.on("/api/apikey/login", this::logIn)
			.on("/attachment", this::sign)
			.onPutBelow(STORAGE_PATH, this::store)
			.on("/attachment/status", (exchange) -> respond(exchange, Map.of()));
	}

	private void logIn(HttpExchange exchange) throws IOException {
		respond(exchange, Map.of("org_info", new Object[] { Map.of("id", "offline", "name", "Offline") }));
	}

	private void sign(HttpExchange exchange) throws IOException {
		JsonNode request = this.json.readTree(LoopbackServer.body(exchange));
		respond(exchange,
				Map.of("signedUrl", this.url + STORAGE_PATH + request.path("key").asString(""), "headers", Map.of()));
	}

	private void store(HttpExchange exchange) throws IOException {
		LoopbackServer.body(exchange);
		this.spans.addAttachment(exchange.getRequestURI().getPath().substring(STORAGE_PATH.length()));
		respond(exchange, Map.of());
	}

	private void respond(HttpExchange exchange, Map<String, ?> answer) throws IOException {
		LoopbackServer.respond(exchange, 200, "application/json", this.json.writeValueAsBytes(answer));
	}

}
