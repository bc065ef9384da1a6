package dev.braintrust.spring.export;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.braintrust.spring.properties.ApiKey;
import dev.braintrust.spring.properties.ProjectSettings;

import org.springframework.util.Assert;

/**
 * Where the spans of one project go: OTLP over HTTP, protobuf, at
 * {@code {api-url}/otel/v1/traces}.
 *
 * @see <a href=
 * "https://www.braintrust.dev/docs/integrations/sdk-integrations/opentelemetry">Braintrust,
 * OpenTelemetry</a>
 */
final class ExportTarget {

	private static final String TRACES_PATH = "/otel/v1/traces";

	private static final String PARENT_HEADER = "x-bt-parent";

	private final String projectKey;

	private final URI endpoint;

	private final Map<String, String> headers;

	private final Duration timeout;

	ExportTarget(ProjectSettings settings) {
		ApiKey apiKey = settings.apiKey();
		Assert.notNull(apiKey, "'settings' must have an API key");
		this.projectKey = settings.key();
		this.endpoint = URI.create(settings.apiUrl() + TRACES_PATH);
		this.headers = headers(apiKey, settings.parent());
		this.timeout = settings.exportTimeout();
	}

	private static Map<String, String> headers(ApiKey apiKey, String parent) {
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("Authorization", "Bearer " + apiKey.value());
		// A header holds printable ASCII alone. Each span carries its parent as an
		// attribute too, which holds any name.
		if (parent.chars().allMatch((c) -> c >= ' ' && c <= '~')) {
			headers.put(PARENT_HEADER, parent);
		}
		return Map.copyOf(headers);
	}

	String projectKey() {
		return this.projectKey;
	}

	URI endpoint() {
		return this.endpoint;
	}

	Map<String, String> headers() {
		return this.headers;
	}

	Duration timeout() {
		return this.timeout;
	}

	@Override
	public String toString() {
		return this.projectKey + " at " + this.endpoint;
	}

}
