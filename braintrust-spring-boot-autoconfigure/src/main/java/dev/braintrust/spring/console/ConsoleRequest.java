package dev.braintrust.spring.console;

import java.net.InetAddress;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A request to the console, whatever server it came to.
 *
 * @param path the path below that of the console, not decoded: nothing, or a slash and
 * more
 * @param query the query, not decoded
 * @param remote the address that it comes from
 * @param local the address that it came to
 * @param header gives the value of a header
 */
record ConsoleRequest(String method, String path, @Nullable String query, @Nullable InetAddress remote,
		@Nullable InetAddress local, Function<String, @Nullable String> header) {

	// Where the console is, below the context path of the application.
	static final String PATH = "/braintrust";

	// Whether a path of the application belongs to the console.
	static boolean isFor(String path) {
		return path.startsWith(PATH) && (path.length() == PATH.length() || path.charAt(PATH.length()) == '/');
	}

	@Nullable String header(String name) {
		return this.header.apply(name);
	}

	// The value of a parameter of the query that is a number.
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
