package dev.braintrust.spring.console;

import java.net.InetAddress;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Decides who may read the console: a browser on this machine, or any client that uses an
 * allowed host name. Requests from pages of other sites are refused, whether they use
 * scripts, frames or a foreign host name that resolves to this machine. Only links to the
 * page are allowed.
 */
final class RequestGuard {

	// The headers of a proxy between the console and its reader.
	private static final List<String> FORWARDED = List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host",
			"X-Forwarded-Proto", "X-Real-IP", "Via", "CF-Connecting-IP", "True-Client-IP");

	private final Collection<String> allowedHosts;

	RequestGuard(Collection<String> allowedHosts) {
		this.allowedHosts = allowedHosts.stream().map((host) -> host.toLowerCase(Locale.ROOT)).toList();
	}

	// The reason why a request is refused, null if it is allowed.
	@Nullable String refusal(ConsoleRequest request) {
		String host = host(request.header("Host"));
		if (host == null || !this.allowedHosts.contains(host)) {
			if (!isLoopback(request.remote()) || !isLoopback(request.local())
					|| FORWARDED.stream().anyMatch((name) -> request.header(name) != null)) {
				return "The console only answers requests from its own machine. Set "
						+ "'braintrust.console.allowed-hosts' to the "
						+ "name of this host to open it from another one.";
			}
			if (host == null || !isLoopback(host)) {
				return "The console does not know this host name. Open it as 'localhost', or add the name to "
						+ "'braintrust.console.allowed-hosts'.";
			}
		}
		return isForeign(request) ? "The console does not answer pages of other sites." : null;
	}

	private static boolean isLoopback(@Nullable InetAddress address) {
		return address != null && address.isLoopbackAddress();
	}

	private static boolean isLoopback(String host) {
		return host.equals("localhost") || host.endsWith(".localhost") || host.equals("127.0.0.1")
				|| host.equals("[::1]");
	}

	// The lower-case host of a Host header, without its port.
	private static @Nullable String host(@Nullable String header) {
		if (header == null || !header.matches("[A-Za-z0-9.:\\[\\]_-]+")) {
			return null;
		}
		int port = header.lastIndexOf(':');
		boolean named = port > header.lastIndexOf(']');
		return (named ? header.substring(0, port) : header).toLowerCase(Locale.ROOT);
	}

	// Whether a page of another site sent the request. Links to the console's page are
	// allowed from any site.
	private static boolean isForeign(ConsoleRequest request) {
		String origin = request.header("Origin");
		if (origin != null && !isOwn(origin, String.valueOf(request.header("Host")))) {
			return true;
		}
		String site = request.header("Sec-Fetch-Site");
		boolean own = site == null || site.equals("same-origin") || site.equals("none");
		boolean link = "navigate".equals(request.header("Sec-Fetch-Mode"))
				&& "document".equals(request.header("Sec-Fetch-Dest")) && !request.path().contains("/api/");
		return !own && !link;
	}

	private static boolean isOwn(String origin, String host) {
		try {
			return host.equalsIgnoreCase(URI.create(origin).getAuthority());
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

}
