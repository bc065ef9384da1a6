package dev.braintrust.spring.eval.remote;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A request to the endpoint, independent of the web server.
 *
 * @param path the path below the endpoint, not decoded
 * @param headers returns the value of a header
 * @param body its body, which is not read yet
 */
record RemoteRequest(String method, String path, Function<String, @Nullable String> headers, Body body) {

	@Nullable String header(String name) {
		String value = this.headers.apply(name);
		return (value != null && !value.isBlank()) ? value.strip() : null;
	}

	boolean is(String method) {
		return this.method.equals(method);
	}

	// Return the token of the caller, from the headers that Braintrust's pages send.
	@Nullable String token() {
		String token = token(header("x-bt-auth-token"));
		String authorization = header("Authorization");
		if (token == null && authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
			token = token(authorization.substring(7).strip());
		}
		return token;
	}

	// A page without a token sends the text "null".
	private static @Nullable String token(@Nullable String text) {
		return (text != null && !text.isEmpty() && !text.equalsIgnoreCase("null")) ? text : null;
	}

	/**
	 * A request body that is read up to a limit.
	 */
	@FunctionalInterface
	interface Body {

		// Read the body. If it is larger or slower than the limits, throw
		// a RequestProblem.
		byte[] read(long max, Duration slowest) throws IOException;

	}

}
