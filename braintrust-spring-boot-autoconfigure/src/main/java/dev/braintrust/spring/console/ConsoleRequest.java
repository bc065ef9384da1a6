package dev.braintrust.spring.console;

import java.net.InetAddress;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A request to the console, independent of the server.
 *
 * @param path the path below the console's path, not decoded: empty, or beginning with a
 * slash
 * @param query the query, not decoded
 * @param remote the address of the client
 * @param local the address of the server that accepted it
 * @param header returns the value of a header
 */
record ConsoleRequest(String method, String path, @Nullable String query, @Nullable InetAddress remote,
		@Nullable InetAddress local, Function<String, @Nullable String> header) {

	// The path of the console, below the application's context path.
	static final String PATH = "/braintrust";

	// Whether a path is the console's path or below it.
	static boolean isFor(String path) {
		return path.startsWith(PATH) && (path.length() == PATH.length() || path.charAt(PATH.length()) == '/');
	}

	@Nullable String header(String name) {
		return this.header.apply(name);
	}

	// The value of a numeric query parameter, or the other value if it is absent or not
	// a number.
	int number(String name, int other) {
		if (this.query != null) {
			for (String pair : this.query.split("&")) {
				if (pair.matches(name + "=\\d{1,9}")) {
					return Integer.parseInt(pair.substring(name.length() + 1));
				}
			}
		}
		return other;
	}

}
