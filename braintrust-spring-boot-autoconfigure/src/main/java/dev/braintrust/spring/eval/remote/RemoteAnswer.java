package dev.braintrust.spring.eval.remote;

import java.util.LinkedHashMap;
import java.util.Map;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A response of the endpoint: a text, or the events of a run.
 */
sealed interface RemoteAnswer {

	// Return the headers of every response. Bodies must not be cached.
	static Map<String, String> headers(Map<String, String> ofBrowser, String contentType) {
		Map<String, String> headers = new LinkedHashMap<>(ofBrowser);
		headers.put("Content-Type", contentType);
		headers.put("Cache-Control", "no-store");
		headers.put("X-Content-Type-Options", "nosniff");
		return headers;
	}

	// The client does not wait any more. After the response was written, this has
	// no effect.
	default void abandon() {
	}

	static Text json(int status, Map<String, String> ofBrowser, JsonNode body) {
		return new Text(status, headers(ofBrowser, "application/json"), body.toString());
	}

	static Text problem(RequestProblem problem, Map<String, String> ofBrowser) {
		ObjectNode body = JsonNodeFactory.instance.objectNode();
		body.putObject("error").put("status", problem.status()).put("message", problem.getMessage());
		Map<String, String> headers = new LinkedHashMap<>(ofBrowser);
		switch (problem.status()) {
			case RequestProblem.TOO_MANY, RequestProblem.UNAVAILABLE -> headers.put("Retry-After", "10");
			// The rest of the request body is not read.
			case RequestProblem.TOO_LARGE, RequestProblem.TOO_SLOW -> headers.put("Connection", "close");
			default -> {
			}
		}
		return json(problem.status(), headers, body);
	}

	// Return the response for an unexpected failure, with only its type and message.
	static Text failure(int status, Throwable failure, Map<String, String> ofBrowser) {
		ObjectNode body = JsonNodeFactory.instance.objectNode();
		body.set("error", RunMessages.error(failure).put("status", status));
		return json(status, ofBrowser, body);
	}

	/**
	 * A response with a text body.
	 */
	record Text(int status, Map<String, String> headers, String body) implements RemoteAnswer {

		Text with(Map<String, String> more) {
			Map<String, String> all = new LinkedHashMap<>(more);
			all.putAll(this.headers);
			return new Text(this.status, all, this.body);
		}

	}

	/**
	 * A response that streams the events of a run until its end.
	 */
	record Events(Map<String, String> headers, RunEvents events) implements RemoteAnswer {

		@Override
		public void abandon() {
			this.events.close();
		}

	}

}
