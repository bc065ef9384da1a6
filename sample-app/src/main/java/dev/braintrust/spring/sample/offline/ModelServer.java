package dev.braintrust.spring.sample.offline;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

import com.sun.net.httpserver.HttpExchange;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Speaks OpenAI's chat completion protocol, whole answers and streams, for an
 * {@link OfflineModel}.
 */
public final class ModelServer implements AutoCloseable {

	private final JsonMapper json = new JsonMapper();

	private final OfflineModel model = new OfflineModel(this.json);

	private final LoopbackServer server;

	private ModelServer() {
		this.server = new LoopbackServer().on("/v1/chat/completions", this::complete).start();
	}

	/**
	 * Start on a free port.
	 * @return the running server
	 */
	public static ModelServer start() {
		return new ModelServer();
	}

	/**
	 * Return the base URL for an OpenAI client.
	 * @return the URL, with the version
	 */
	public String url() {
		return this.server.url() + "/v1";
	}

	@Override
	public void close() {
		this.server.close();
	}

	private void complete(HttpExchange exchange) throws IOException {
		JsonNode request;
		try {
			request = this.json.readTree(LoopbackServer.body(exchange));
		}
		catch (JacksonException ex) {
			LoopbackServer.respond(exchange, 400, "application/json", error("The body is not JSON."));
			return;
		}
		if (request.path("messages").isEmpty()) {
			LoopbackServer.respond(exchange, 400, "application/json", error("'messages' must not be empty."));
			return;
		}
		ChatCompletion completion = new ChatCompletion(this.json, request, this.model.reply(request));
		if (request.path("stream").asBoolean(false)) {
			stream(exchange, completion);
		}
		else {
			LoopbackServer.respond(exchange, 200, "application/json", this.json.writeValueAsBytes(completion.whole()));
		}
	}

	private void stream(HttpExchange exchange, ChatCompletion completion) throws IOException {
		exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
		exchange.sendResponseHeaders(200, 0);
		OutputStream body = exchange.getResponseBody();
		for (JsonNode chunk : completion.chunks()) {
			send(body, this.json.writeValueAsString(chunk));
		}
		send(body, "[DONE]");
	}

	private static void send(OutputStream body, String data) throws IOException {
		body.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
		body.flush();
	}

	private byte[] error(String message) {
		JsonNode error = this.json.createObjectNode()
			.set("error", this.json.createObjectNode().put("message", message).put("type", "invalid_request_error"));
		return this.json.writeValueAsBytes(error);
	}

}
