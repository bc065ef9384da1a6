package dev.braintrust.spring.autoconfigure.properties;

import java.time.Duration;
import java.util.Map;

import dev.braintrust.spring.settings.ProjectSettings.ExportCompression;
import org.jspecify.annotations.Nullable;

/**
 * The properties of one project under {@code export}: how its spans are sent. The
 * defaults for all projects are in {@link SharedExportProperties}, under the same names.
 *
 * @param timeout Time after which a request that sends spans is aborted and retried.
 * @param endpoint URL to send spans to instead of Braintrust's API.
 * @param headers Headers to send with spans.
 * @param compression Compression of requests.
 * @param compressionLevel Compression level, from 1 (fast) to 9 (small).
 * @param ssl How the connection is secured.
 * @param proxy The HTTP proxy to connect through.
 */
public record ExportProperties(@Nullable Duration timeout, @Nullable String endpoint, Map<String, String> headers,
		@Nullable ExportCompression compression, @Nullable Integer compressionLevel, Ssl ssl, Proxy proxy) {

	static final ExportProperties UNSET = new ExportProperties(null, null, Map.of(), null, null, Ssl.UNSET,
			Proxy.UNSET);

	public ExportProperties {
		headers = (headers != null) ? headers : Map.of();
		ssl = (ssl != null) ? ssl : Ssl.UNSET;
		proxy = (proxy != null) ? proxy : Proxy.UNSET;
	}

	// Headers, a query and a login may be secrets.
	@Override
	public String toString() {
		return "ExportProperties[headers=" + this.headers.keySet() + "]";
	}

	/**
	 * How the connection is secured.
	 *
	 * @param bundle Name of the SSL bundle to connect with.
	 */
	public record Ssl(@Nullable String bundle) {

		static final Ssl UNSET = new Ssl(null);

	}

	/**
	 * The HTTP proxy to connect through.
	 *
	 * @param host Host of the HTTP proxy to connect through. Without one, the proxy of
	 * the JVM is used, if it has one.
	 * @param port Port of the HTTP proxy.
	 * @param username Name of the user to log in with at the HTTP proxy, by Basic
	 * authentication.
	 * @param password Password to log in with at the HTTP proxy.
	 */
	public record Proxy(@Nullable String host, @Nullable Integer port, @Nullable String username,
			@Nullable String password) {

		static final Proxy UNSET = new Proxy(null, null, null, null);

		// The host may contain a login, if it is set to a URL by mistake.
		@Override
		public String toString() {
			return "Proxy[port=" + this.port + "]";
		}

	}

}
