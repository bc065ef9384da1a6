package dev.braintrust.spring.properties;

import java.net.URI;

import org.jspecify.annotations.Nullable;

/**
 * Reads URLs of the web.
 */
final class WebUrl {

	private static final int MAX_PORT = 65535;

	private WebUrl() {
	}

	/**
	 * Read a URL.
	 * @param text the text
	 * @return the URL, {@code null} where the text is none, or has a user or a fragment
	 */
	static @Nullable URI parse(String text) {
		try {
			URI uri = URI.create(text);
			boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
			return (web && uri.getHost() != null && uri.getPort() <= MAX_PORT && uri.getFragment() == null
					&& uri.getUserInfo() == null) ? uri : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
