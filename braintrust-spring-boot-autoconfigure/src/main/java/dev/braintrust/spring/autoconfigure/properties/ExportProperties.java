package dev.braintrust.spring.autoconfigure.properties;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.braintrust.spring.settings.ProjectSettings.ExportCompression;
import org.jspecify.annotations.Nullable;

/**
 * The properties under {@code export}: how spans are sent.
 */
public class ExportProperties {

	/**
	 * Time after which a request that sends spans is aborted and retried.
	 */
	private @Nullable Duration timeout;

	/**
	 * URL to send spans to instead of Braintrust's API, as OTLP over HTTP, such as an
	 * OpenTelemetry Collector. The API key is not sent there.
	 */
	private @Nullable String endpoint;

	/**
	 * Headers to send with spans.
	 */
	private final Map<String, String> headers = new LinkedHashMap<>();

	/**
	 * Compression of requests.
	 */
	private @Nullable ExportCompression compression;

	/**
	 * Compression level, from 1 (fast) to 9 (small).
	 */
	private @Nullable Integer compressionLevel;

	private final Ssl ssl = new Ssl();

	private final Proxy proxy = new Proxy();

	public @Nullable Duration getTimeout() {
		return this.timeout;
	}

	public void setTimeout(@Nullable Duration timeout) {
		this.timeout = timeout;
	}

	public @Nullable String getEndpoint() {
		return this.endpoint;
	}

	public void setEndpoint(@Nullable String endpoint) {
		this.endpoint = endpoint;
	}

	public Map<String, String> getHeaders() {
		return this.headers;
	}

	public @Nullable ExportCompression getCompression() {
		return this.compression;
	}

	public void setCompression(@Nullable ExportCompression compression) {
		this.compression = compression;
	}

	public @Nullable Integer getCompressionLevel() {
		return this.compressionLevel;
	}

	public void setCompressionLevel(@Nullable Integer compressionLevel) {
		this.compressionLevel = compressionLevel;
	}

	public Ssl getSsl() {
		return this.ssl;
	}

	public Proxy getProxy() {
		return this.proxy;
	}

	/**
	 * How the connection is secured.
	 */
	public static class Ssl {

		/**
		 * Name of the SSL bundle to connect with.
		 */
		private @Nullable String bundle;

		public @Nullable String getBundle() {
			return this.bundle;
		}

		public void setBundle(@Nullable String bundle) {
			this.bundle = bundle;
		}

	}

	/**
	 * The HTTP proxy to connect through.
	 */
	public static class Proxy {

		/**
		 * Host of the HTTP proxy to connect through. Without one, the proxy of the JVM is
		 * used, if it has one.
		 */
		private @Nullable String host;

		/**
		 * Port of the HTTP proxy.
		 */
		private @Nullable Integer port;

		/**
		 * Name of the user to log in with at the HTTP proxy, by Basic authentication.
		 */
		private @Nullable String username;

		/**
		 * Password to log in with at the HTTP proxy.
		 */
		private @Nullable String password;

		public @Nullable String getHost() {
			return this.host;
		}

		public void setHost(@Nullable String host) {
			this.host = host;
		}

		public @Nullable Integer getPort() {
			return this.port;
		}

		public void setPort(@Nullable Integer port) {
			this.port = port;
		}

		public @Nullable String getUsername() {
			return this.username;
		}

		public void setUsername(@Nullable String username) {
			this.username = username;
		}

		public @Nullable String getPassword() {
			return this.password;
		}

		public void setPassword(@Nullable String password) {
			this.password = password;
		}

	}

}
