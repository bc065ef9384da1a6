package dev.braintrust.spring.autoconfigure.properties;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import dev.braintrust.spring.export.QueueLimits;
import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.ExportCompression;
import dev.braintrust.spring.settings.WebUrl;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Turns the properties under {@code export} into settings, and checks them.
 */
public final class ExportResolver {

	private static final String PREFIX = "braintrust.export.";

	private static final DataSize MIN_QUEUE_SIZE = DataSize.ofMegabytes(1);

	private static final DataSize MIN_REQUEST_SIZE = DataSize.ofBytes(QueueLimits.MIN_REQUEST_BYTES);

	private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

	private static final int MAX_LEVEL = 9;

	private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

	// The client sets these by itself, and refuses them.
	private static final Set<String> RESERVED = Set.of("connection", "content-length", "content-type",
			"content-encoding", "expect", "host", "upgrade");

	private final ProjectValues values;

	private final ExportProperties own;

	private final ExportProperties shared;

	private final String key;

	private final boolean enabled;

	ExportResolver(ProjectValues values, String key, ExportProperties own, ExportProperties shared, boolean enabled) {
		this.values = values;
		this.key = key;
		this.own = own;
		this.shared = shared;
		this.enabled = enabled;
	}

	ProjectSettings.Export resolve() {
		return new ProjectSettings.Export(timeout(), endpoint(), headers(),
				ProjectValues.first(this.own.getCompression(), this.shared.getCompression(), ExportCompression.AUTO),
				compressionLevel(), connection());
	}

	private Duration timeout() {
		Duration value = ProjectValues.first(this.own.getTimeout(), this.shared.getTimeout(), DEFAULT_TIMEOUT);
		if (value.isNegative() || value.isZero()) {
			throw new InvalidBraintrustPropertyException(this.values.name("export.timeout", this.own.getTimeout()),
					"is not a positive duration", "Set it to a duration such as '10s'.");
		}
		return value;
	}

	private @Nullable URI endpoint() {
		ProjectValues.Text text = this.values.text("export.endpoint", this.own.getEndpoint(),
				this.shared.getEndpoint());
		String value = text.resolved(this.enabled);
		if (value == null) {
			return null;
		}
		URI uri = WebUrl.parse(value);
		if (uri == null) {
			throw text.invalidUrl("is not a URL: a scheme of http or https, a host, and neither user nor fragment",
					"Set it to the URL that takes OTLP over HTTP, such as 'http://collector:4318/v1/traces'.");
		}
		return uri;
	}

	private Map<String, String> headers() {
		Map<String, String> headers = new LinkedHashMap<>();
		for (Map.Entry<String, String> header : this.shared.getHeaders().entrySet()) {
			headers.put(header.getKey(), header("braintrust", header.getKey(), header.getValue()));
		}
		for (Map.Entry<String, String> header : this.own.getHeaders().entrySet()) {
			String value = header(ProjectKeys.PREFIX + "." + this.key, header.getKey(), header.getValue());
			headers.keySet().removeIf(header.getKey()::equalsIgnoreCase);
			headers.put(header.getKey(), value);
		}
		return headers;
	}

	private String header(String level, String name, String value) {
		String property = level + ".export.headers." + name;
		String text = value.strip();
		if (!HEADER_NAME.matcher(name).matches() || RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
			throw new InvalidBraintrustPropertyException(property, "has the name of a header that cannot be set",
					"Use another name, of letters, digits and dashes.");
		}
		if (!text.chars().allMatch((c) -> c >= ' ' && c < 0x7f)) {
			throw new InvalidBraintrustPropertyException(property,
					"has a value with a line break or a character that is not ASCII",
					"Set it to the value of the header in plain text.");
		}
		if (this.enabled && text.contains("${")) {
			throw new InvalidBraintrustPropertyException(property, "has a '${...}' that nothing resolves",
					"Set the variable that it names, or remove the header.");
		}
		return text;
	}

	private int compressionLevel() {
		int value = ProjectValues.first(this.own.getCompressionLevel(), this.shared.getCompressionLevel(), 1);
		if (value < 1 || value > MAX_LEVEL) {
			throw new InvalidBraintrustPropertyException(
					this.values.name("export.compression-level", this.own.getCompressionLevel()),
					"is not a number from 1 to 9",
					"Set it to 1 for the least processor time, or set 'export.compression' to 'none' for none.");
		}
		return value;
	}

	private ProjectSettings.Connection connection() {
		String bundle = this.values
			.text("export.ssl.bundle", this.own.getSsl().getBundle(), this.shared.getSsl().getBundle())
			.resolved(this.enabled);
		return new ProxyResolver(this.values, this.own.getProxy(), this.shared.getProxy(), this.enabled)
			.resolve(bundle);
	}

	// The limits of all projects together.
	public static QueueLimits limits(SharedExportProperties properties) {
		if (properties.getMaxQueueSpans() < 1) {
			throw new InvalidBraintrustPropertyException(PREFIX + "max-queue-spans", "is not a positive number",
					"Set it to a number such as '32768'.");
		}
		return new QueueLimits(bytes("max-queue-size", properties.getMaxQueueSize(), MIN_QUEUE_SIZE),
				properties.getMaxQueueSpans(),
				bytes("max-request-size", properties.getMaxRequestSize(), MIN_REQUEST_SIZE),
				bytes("max-span-size", properties.getMaxSpanSize(), MIN_REQUEST_SIZE));
	}

	private static long bytes(String name, DataSize size, DataSize minimum) {
		if (size.compareTo(minimum) < 0) {
			String text = (minimum.toMegabytes() > 0) ? minimum.toMegabytes() + "MB" : minimum.toKilobytes() + "KB";
			throw new InvalidBraintrustPropertyException(PREFIX + name, "is less than " + text,
					"Set it to a size such as '" + text + "' or more, or remove it to use the default.");
		}
		return size.toBytes();
	}

}
