package dev.braintrust.spring.properties;

import java.net.URI;

import org.jspecify.annotations.Nullable;

/**
 * Reads URLs of the web, and names their hosts.
 */
public final class WebUrl {

	private static final int MAX_PORT = 65535;

	private WebUrl() {
	}

	/**
	 * The host of a URL, and its port if it names one: two servers of one host are told
	 * by their ports.
	 * @param url the URL
	 * @return such as {@code collector.internal:4318}
	 */
	public static String host(URI url) {
		return url.getHost() + ((url.getPort() != -1) ? ":" + url.getPort() : "");
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
