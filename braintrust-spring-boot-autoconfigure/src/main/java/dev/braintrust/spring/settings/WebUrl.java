package dev.braintrust.spring.settings;

import java.net.URI;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads URLs of the web, and names their hosts.
 */
public final class WebUrl {

	private static final int MAX_PORT = 65535;

	// What Java has no host for, though a name server or a container may.
	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+(:[0-9]*)?");

	private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]",
			Pattern.CASE_INSENSITIVE);

	private WebUrl() {
	}

	// The host of a URL, and its port if it names one: two servers of one host are told
	// by their ports.
	public static String host(URI url) {
		return url.getHost() + ((url.getPort() != -1) ? ":" + url.getPort() : "");
	}

	// Whether a text is a URL except for the name of its host, which has an underscore,
	// or a dash or digits where URI wants none.
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

	// Whether what is sent to a URL leaves this machine, and can be read on its way.
	public static boolean isPlain(URI url) {
		return "http".equalsIgnoreCase(url.getScheme()) && !isLoopback(url);
	}

	// Whether a URL leads to this machine.
	public static boolean isLoopback(URI url) {
		return LOOPBACK.matcher(url.getHost()).matches();
	}

	private static boolean isWeb(URI uri) {
		return "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
	}

	// Read a URL.
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
