package dev.braintrust.spring.settings;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The resolved settings of one project.
 *
 * @param key the stable key
 * @param parent the project in Braintrust that receives the spans
 * @param enabled whether the user wants the project to be on
 * @param apiKey the API key, or {@code null}
 * @param apiUrl the base URL of the API, without a trailing slash
 * @param appUrl the base URL of the web application, without a trailing slash
 * @param orgName the name of the organization, or {@code null}
 * @param samplingProbability the share of new traces that are recorded, 0 to 1
 * @param correlation whether traces of the project and of the application name each other
 * @param export how spans are sent
 * @param environment the environment that spans report, or {@code null} if it is unknown
 * or unwanted
 */
public record ProjectSettings(String key, Parent parent, boolean enabled, @Nullable ApiKey apiKey, URI apiUrl,
		URI appUrl, @Nullable String orgName, Capture capture, double samplingProbability, Attachments attachments,
		boolean correlation, Export export, @Nullable OriginEnvironment environment) {

	// The URL of Braintrust's own web application.
	public static final String DEFAULT_APP_URL = "https://www.braintrust.dev";

	// Whether spans of this project are recorded: it is enabled, and has a key or its own
	// endpoint, which needs no key.
	public boolean isOn() {
		return this.enabled && (this.apiKey != null || this.export.endpoint() != null);
	}

	// Whether the web application is not Braintrust's own, so that spans must name it.
	public boolean hasOwnAppUrl() {
		return !DEFAULT_APP_URL.equals(this.appUrl.toString());
	}

	// The server that spans go to.
	public String destination() {
		URI endpoint = this.export.endpoint();
		return WebUrl.host((endpoint != null) ? endpoint : this.apiUrl);
	}

	/**
	 * A project in Braintrust, by id or by name. As a text it is the route of a span, in
	 * Braintrust's form.
	 *
	 * @param id the id, or {@code null} if the project is given by its name
	 * @param name the name, or {@code null} if the project is given by its id
	 */
	public record Parent(@Nullable String id, @Nullable String name) {

		public static Parent of(@Nullable String id, String name) {
			return (id != null) ? new Parent(id, null) : new Parent(null, name);
		}

		@Override
		public String toString() {
			return (this.id != null) ? "project_id:" + this.id : "project_name:" + this.name;
		}

	}

	/**
	 * An API key that {@code toString} masks. Two keys are equal if their values are
	 * equal, wherever they were set.
	 *
	 * @param place the source of the value, such as
	 * {@code the environment variable 'BRAINTRUST_API_KEY'}
	 * @param isOfCaller whether it belongs to the caller of a remote evaluation instead
	 * of the application
	 */
	public record ApiKey(String value, String place, boolean isOfCaller) {

		public ApiKey(String value) {
			this(value, "the property 'braintrust.api-key'");
		}

		public ApiKey(String value, String place) {
			this(value, place, false);
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof ApiKey another && this.value.equals(another.value);
		}

		@Override
		public int hashCode() {
			return this.value.hashCode();
		}

		@Override
		public String toString() {
			return "******";
		}

	}

	public record Attachments(AttachmentsMode mode, long maxSize, long maxWaitingSize, Duration maxWait) {

	}

	/**
	 * How the bytes of an attachment are recorded: uploaded, with a reference in the
	 * span; as base64 in the span; or not at all, so that only the content type, the name
	 * and the size remain.
	 */
	public enum AttachmentsMode {

		UPLOAD, BASE64, NONE

	}

	// The content that is recorded. Without content, there is neither input nor output.
	public record Capture(boolean content, boolean input, boolean output, CaptureFormat format, long maxFieldSize,
			boolean aiSpansOnly, @Nullable String provider) {

		// No limit to the size of a field.
		public static final long UNLIMITED = -1;

		public Capture {
			input = input && content;
			output = output && content;
		}

	}

	/**
	 * The attributes that content is recorded in: Braintrust's own, with messages as in
	 * OpenAI's chat completions, the attributes of OpenTelemetry's conventions for
	 * generative AI, or both.
	 */
	public enum CaptureFormat {

		BRAINTRUST, GEN_AI, BOTH

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

	/**
	 * How requests with spans are compressed: with gzip unless they stay on this machine,
	 * with gzip, or not at all.
	 */
	public enum ExportCompression {

		AUTO, GZIP, NONE

	}

	// How to connect.
	public record Connection(@Nullable String sslBundle, @Nullable String proxyHost, int proxyPort,
			@Nullable ProxyLogin proxyLogin) {

	}

	/**
	 * A login to a proxy that {@code toString} masks.
	 */
	public record ProxyLogin(String username, String password) {

		public String header() {
			byte[] login = (this.username + ":" + this.password).getBytes(StandardCharsets.UTF_8);
			return "Basic " + Base64.getEncoder().encodeToString(login);
		}

		@Override
		public String toString() {
			return "******";
		}

	}

	/**
	 * The environment that spans come from, {@code span_origin.environment} of their
	 * context. At least one component is known.
	 *
	 * @param type {@code ci}, {@code server}, {@code local}, a word of the user, or
	 * {@code null}
	 * @param name the name of the CI system, the platform or the deployment mode, or
	 * {@code null}
	 * @see <a href=
	 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/environment-variables.md#span-origin-environment">Braintrust's
	 * specification, "Span origin environment"</a>
	 */
	public record OriginEnvironment(@Nullable String type, @Nullable String name) {

	}

}
