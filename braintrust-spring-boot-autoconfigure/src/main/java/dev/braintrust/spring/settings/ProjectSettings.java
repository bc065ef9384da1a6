package dev.braintrust.spring.settings;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The resolved settings of one project.
 *
 * @param key the stable key
 * @param parent the container that Braintrust files the spans under,
 * {@code project_id:<id>} or {@code project_name:<name>}
 * @param enabled whether the user wants the project to be on
 * @param apiKey the API key, or {@code null} where none was found
 * @param apiUrl the base URL of the API, without a slash at its end
 * @param appUrl the base URL of the web application, without a slash at its end
 * @param orgName the name of the organization, if given
 * @param capture what is recorded
 * @param samplingProbability the share of new traces that are recorded, 0 to 1
 * @param attachments how attachments are recorded
 * @param correlation whether traces name those of the application, and the other way
 * round
 * @param export how spans are sent
 * @param environment the environment that spans say they come from, or {@code null} where
 * it is not known or not wanted
 */
public record ProjectSettings(String key, String parent, boolean enabled, @Nullable ApiKey apiKey, URI apiUrl,
		URI appUrl, @Nullable String orgName, Capture capture, double samplingProbability, Attachments attachments,
		boolean correlation, Export export, @Nullable OriginEnvironment environment) {

	// The URL of Braintrust's own web application.
	public static final String DEFAULT_APP_URL = "https://www.braintrust.dev";

	// Whether spans of this project are recorded: it is enabled, and has a key or an
	// endpoint of its own that needs none.
	public boolean isOn() {
		return this.enabled && (this.apiKey != null || this.export.endpoint() != null);
	}

	// Whether the web application is another than Braintrust's own, and spans must say
	// so.
	public boolean hasOwnAppUrl() {
		return !DEFAULT_APP_URL.equals(this.appUrl.toString());
	}

	public record Attachments(AttachmentsMode mode, long maxSize, long maxWaitingSize) {
	}

	// What is recorded. Without content there is neither input nor output.
	public record Capture(boolean content, boolean input, boolean output, CaptureFormat format, long maxFieldSize,
			boolean aiSpansOnly, @Nullable String provider) {

		// No limit to the size of a field.
		public static final long UNLIMITED = -1;

		public Capture {
			input = input && content;
			output = output && content;
		}

	}

	// How spans are sent.
	public record Export(Duration timeout, @Nullable URI endpoint, Map<String, String> headers,
			ExportCompression compression, int compressionLevel, Connection connection) {

		public Export {
			headers = Map.copyOf(headers);
		}

		@Override
		public String toString() {
			return "Export[timeout=" + this.timeout + ", endpoint="
					+ ((this.endpoint != null) ? this.endpoint.getHost() : null) + ", headers=" + this.headers.keySet()
					+ ", compression=" + this.compression + ", compressionLevel=" + this.compressionLevel
					+ ", connection=" + this.connection + "]";
		}

	}

	// How to connect.
	public record Connection(@Nullable String sslBundle, @Nullable String proxyHost, int proxyPort,
			@Nullable ProxyLogin proxyLogin) {
	}

}
