package dev.braintrust.spring.api;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * What became of a request to Braintrust's API.
 *
 * @param status the status, 0 if there was no answer
 * @param body the body, a missing node if it is not JSON
 * @param description the status or the kind of failure, without the text of either
 */
record ApiAnswer(int status, JsonNode body, String description) {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	static ApiAnswer of(int status, byte[] body) {
		return new ApiAnswer(status, parse(body), "status " + status);
	}

	private static JsonNode parse(byte[] body) {
		try {
			return MAPPER.readTree(body);
		}
		catch (JacksonException ex) {
			return MissingNode.getInstance();
		}
	}

	static ApiAnswer failed(Throwable failure) {
		Throwable cause = failure;
		while ((cause instanceof CompletionException || cause instanceof ExecutionException)
				&& cause.getCause() != null) {
			cause = cause.getCause();
		}
		return new ApiAnswer(0, MissingNode.getInstance(), cause.getClass().getSimpleName());
	}

	boolean isPresent() {
		return this.status != 0;
	}

	// Whether a proxy on the way asks for a login, or for another one.
	boolean isRefusedByProxy() {
		return this.status == 407;
	}

	boolean isAccepted() {
		return this.status >= 200 && this.status < 300;
	}

	// Whether the server did not accept the key.
	boolean isForbidden() {
		return this.status == 401 || this.status == 403;
	}

}
