package dev.braintrust.spring.autoconfigure.properties;

import java.time.Duration;
import java.util.Map;

import dev.braintrust.spring.settings.ProjectSettings.ExportCompression;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.util.unit.DataSize;

/**
 * The properties under {@code braintrust.export}: the defaults for each project, and the
 * limits that all projects share.
 *
 * @param timeout Time after which a request that sends spans is aborted and retried.
 * @param endpoint URL to send spans to instead of Braintrust's API, as OTLP over HTTP,
 * such as an OpenTelemetry Collector. The API key is not sent there.
 * @param headers Headers to send with spans.
 * @param compression Compression of requests.
 * @param compressionLevel Compression level, from 1 (fast) to 9 (small).
 * @param ssl How the connection is secured.
 * @param proxy The HTTP proxy to connect through.
 * @param maxQueueSize Maximum heap for waiting spans of all projects. Above it, the
 * oldest spans lose their content.
 * @param maxQueueSpans Maximum number of waiting spans of all projects. Above it, the
 * oldest spans are dropped.
 * @param maxRequestSize Maximum size of a request before compression. A larger span is
 * sent alone.
 * @param maxSpanSize Maximum size of a span. A larger span is sent without its content.
 * @param shutdownTimeout Time that the closing application context waits for spans to be
 * sent.
 */
public record SharedExportProperties(@Nullable Duration timeout, @Nullable String endpoint, Map<String, String> headers,
		@Nullable ExportCompression compression, @Nullable Integer compressionLevel,
		@NestedConfigurationProperty ExportProperties.Ssl ssl,
		@NestedConfigurationProperty ExportProperties.Proxy proxy, DataSize maxQueueSize, Integer maxQueueSpans,
		DataSize maxRequestSize, DataSize maxSpanSize, Duration shutdownTimeout) {

	// Not with @DefaultValue: parsing sizes and durations would load ten classes.
	public SharedExportProperties {
		maxQueueSize = (maxQueueSize != null) ? maxQueueSize : DataSize.ofMegabytes(64);
		maxQueueSpans = (maxQueueSpans != null) ? maxQueueSpans : 32768;
		maxRequestSize = (maxRequestSize != null) ? maxRequestSize : DataSize.ofMegabytes(5);
		maxSpanSize = (maxSpanSize != null) ? maxSpanSize : DataSize.ofMegabytes(20);
		shutdownTimeout = (shutdownTimeout != null) ? shutdownTimeout : Duration.ofSeconds(10);
		headers = (headers != null) ? headers : Map.of();
		ssl = (ssl != null) ? ssl : ExportProperties.Ssl.UNSET;
		proxy = (proxy != null) ? proxy : ExportProperties.Proxy.UNSET;
	}

	// Headers, a query and a login may be secrets.
	@Override
	public String toString() {
		return "SharedExportProperties[headers=" + this.headers.keySet() + "]";
	}

}
