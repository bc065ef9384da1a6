package dev.braintrust.spring.export;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.ApiKey;
import dev.braintrust.spring.settings.ProjectSettings.ExportCompression;
import dev.braintrust.spring.settings.WebUrl;

import org.springframework.util.Assert;

/**
 * The target of the spans of one project: OTLP over HTTP, protobuf, at
 * {@code {api-url}/otel/v1/traces}, or at the user's own endpoint, which gets no API key.
 *
 * @see <a href=
 * "https://www.braintrust.dev/docs/integrations/sdk-integrations/opentelemetry">Braintrust,
 * OpenTelemetry</a>
 */
final class ExportTarget {

	private static final int BUFFER_SIZE = 8192;

	private static final String TRACES_PATH = "/otel/v1/traces";

	private static final String PARENT_HEADER = "x-bt-parent";

	private final ProjectSettings settings;

	private final URI endpoint;

	private final Map<String, String> headers;

	private final boolean compressed;

	ExportTarget(ProjectSettings settings) {
		this(settings, settings.parent().toString());
	}

	// The target of spans whose parent is not the project.
	ExportTarget(ProjectSettings settings, String parent) {
		this.settings = settings;
		URI endpoint = settings.export().endpoint();
		this.endpoint = (endpoint != null) ? endpoint : URI.create(settings.apiUrl() + TRACES_PATH);
		this.headers = headers(settings, parent);
		ExportCompression compression = settings.export().compression();
		this.compressed = compression == ExportCompression.GZIP
				|| (compression == ExportCompression.AUTO && !WebUrl.isLoopback(this.endpoint));
	}

	private static Map<String, String> headers(ProjectSettings settings, String parent) {
		Map<String, String> headers = new LinkedHashMap<>();
		if (settings.export().endpoint() == null) {
			ApiKey apiKey = settings.apiKey();
			Assert.notNull(apiKey, "'settings' must have an API key");
			headers.put("Authorization", "Bearer " + apiKey.value());
		}
		// A header value may only hold printable ASCII. Each span also carries its parent
		// as an attribute, which may hold any name.
		if (parent.chars().allMatch((c) -> c >= ' ' && c <= '~')) {
			headers.put(PARENT_HEADER, parent);
		}
		settings.export().headers().forEach((name, value) -> {
			headers.keySet().removeIf(name::equalsIgnoreCase);
			headers.put(name, value);
		});
		return Map.copyOf(headers);
	}

	String projectKey() {
		return this.settings.key();
	}

	// Return the first words of a message about its spans.
	String spans() {
		return spans(this.settings);
	}

	static String spans(ProjectSettings settings) {
		return (isOfCaller(settings) ? "Spans of a remote evaluation of the Braintrust project '"
				: "Spans of the Braintrust project '") + settings.key() + "'";
	}

	// Whether spans are sent with the key of the caller of a remote evaluation.
	boolean isOfCaller() {
		return isOfCaller(this.settings);
	}

	static boolean isOfCaller(ProjectSettings settings) {
		ApiKey apiKey = settings.apiKey();
		return apiKey != null && apiKey.isOfCaller();
	}

	String keyPlace() {
		ApiKey apiKey = this.settings.apiKey();
		return (apiKey != null) ? apiKey.place() : "";
	}

	URI endpoint() {
		return this.endpoint;
	}

	// Return the target as a text for people, without a query, which may hold a secret.
	String location() {
		String endpoint = this.endpoint.toString();
		int query = endpoint.indexOf('?');
		return (query != -1) ? endpoint.substring(0, query) : endpoint;
	}

	// Whether the endpoint is the user's own, not Braintrust's.
	boolean hasOwnEndpoint() {
		return this.settings.export().endpoint() != null;
	}

	Map<String, String> headers() {
		return this.headers;
	}

	Duration timeout() {
		return this.settings.export().timeout();
	}

	ProjectSettings.Connection connection() {
		return this.settings.export().connection();
	}

	// Create a request for a message that is already compressed.
	HttpRequest request(byte[] body) {
		HttpRequest.Builder request = HttpRequest.newBuilder(this.endpoint)
			.header("Content-Type", "application/x-protobuf")
			// A publisher of the array would copy the whole array.
			.POST(BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)),
					body.length));
		this.headers.forEach(request::header);
		if (this.compressed) {
			request.header("Content-Encoding", "gzip");
		}
		return request.build();
	}

	// Compress a message, unless the target takes it uncompressed.
	byte[] compress(byte[] message) {
		if (!this.compressed) {
			return message;
		}
		ByteArrayOutputStream output = new ByteArrayOutputStream(message.length / 8 + 64);
		try (OutputStream gzip = new LevelGzipOutputStream(output, this.settings.export().compressionLevel())) {
			gzip.write(message);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return output.toByteArray();
	}

	byte[] decompress(byte[] body) {
		if (!this.compressed) {
			return body;
		}
		try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(body))) {
			return gzip.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return projectKey() + " at " + location();
	}

	/**
	 * Gzip at a level that pays: the JDK's default takes several times the processor time
	 * of the fastest level, for slightly smaller requests.
	 */
	private static final class LevelGzipOutputStream extends GZIPOutputStream {

		LevelGzipOutputStream(OutputStream output, int level) throws IOException {
			super(output, BUFFER_SIZE);
			this.def.setLevel(level);
		}

	}

}
