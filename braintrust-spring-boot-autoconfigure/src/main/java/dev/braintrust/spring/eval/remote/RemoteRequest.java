package dev.braintrust.spring.eval.remote;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A request to the endpoint, whatever server it came to.
 *
 * @param path the path below that of the endpoint, not decoded
 * @param headers gives the value of a header
 * @param body its body, which nobody has read yet
 */
record RemoteRequest(String method, String path, Function<String, @Nullable String> headers, Body body) {

	@Nullable String header(String name) {
		String value = this.headers.apply(name);
		return (value != null && !value.isBlank()) ? value.strip() : null;
	}

	boolean is(String method) {
		return this.method.equals(method);
	}

	// The header with the token of the caller, as Braintrust's browsers send it.
	@Nullable String token() {
		String token = token(header("x-bt-auth-token"));
		String authorization = header("Authorization");
		if (token == null && authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
			token = token(authorization.substring(7).strip());
		}
		return token;
	}

	// A browser that has none writes it all the same.
	private static @Nullable String token(@Nullable String text) {
		return (text != null && !text.isEmpty() && !text.equalsIgnoreCase("null")) ? text : null;
	}

	/**
	 * A body that is read as far as it may be.
	 */
	@FunctionalInterface
	interface Body {

		// Read it or, if it is larger or takes longer than this, throw a RequestProblem.
		byte[] read(long max, Duration slowest) throws IOException;

	}

}
