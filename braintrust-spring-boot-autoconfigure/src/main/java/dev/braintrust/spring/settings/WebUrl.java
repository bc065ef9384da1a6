package dev.braintrust.spring.settings;

import java.net.URI;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads web URLs and names their hosts.
 */
public final class WebUrl {

	private static final int MAX_PORT = 65535;

	// Java's URI finds no host in these names, although a name server or a container may
	// know them.
	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+(:[0-9]*)?");

	private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]",
			Pattern.CASE_INSENSITIVE);

	private WebUrl() {
	}

	// Return the host of a URL, and its port if present: the port tells two servers on
	// one host apart.
	public static String host(URI url) {
		return url.getHost() + ((url.getPort() != -1) ? ":" + url.getPort() : "");
	}

	// Whether a text is a URL except for its host name, which has an underscore, or a
	// dash or digits at a place that URI does not allow.
	public static boolean hasUnreadableHost(String text) {
		try {
			URI uri = URI.create(text);
			return isWeb(uri) && uri.getHost() == null && uri.getRawAuthority() != null
					&& NAME.matcher(uri.getRawAuthority()).matches();
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	// Whether data that is sent to a URL leaves this machine unencrypted.
	public static boolean isPlain(URI url) {
		return "http".equalsIgnoreCase(url.getScheme()) && !isLoopback(url);
	}

	// Whether a URL points to this machine.
	public static boolean isLoopback(URI url) {
		return LOOPBACK.matcher(url.getHost()).matches();
	}

	private static boolean isWeb(URI uri) {
		return "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
	}

	// Parse a URL. Return null if it is not usable.
	public static @Nullable URI parse(String text) {
		try {
			URI uri = URI.create(text);
			return (isWeb(uri) && uri.getHost() != null && uri.getPort() <= MAX_PORT && uri.getFragment() == null
					&& uri.getUserInfo() == null) ? uri : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
