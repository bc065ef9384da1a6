package dev.braintrust.spring.autoconfigure.properties;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import dev.braintrust.spring.export.QueueLimits;
import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.ExportCompression;
import dev.braintrust.spring.settings.ProjectSettings.ProxyLogin;
import dev.braintrust.spring.settings.WebUrl;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Turns the properties under {@code export} into settings, and checks them.
 */
public final class ExportResolver {

	private static final DataSize MIN_QUEUE_SIZE = DataSize.ofMegabytes(1);

	private static final DataSize MIN_REQUEST_SIZE = DataSize.ofBytes(QueueLimits.MIN_REQUEST_BYTES);

	private static final int MAX_LEVEL = 9;

	private static final int MAX_PORT = 65535;

	private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

	// The HTTP client sets these headers itself and refuses them from outside.
	private static final Set<String> RESERVED = Set.of("connection", "content-length", "content-type",
			"content-encoding", "expect", "host", "upgrade");

	// A name, or an address of IP version 4 or 6.
	private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|\\[?[0-9A-Fa-f]*:[0-9A-Fa-f]*:[^/@\\s]*");

	private final ProjectValues values;

	private final ExportProperties export;

	private final boolean enabled;

	ExportResolver(ProjectValues values, boolean enabled) {
		this.values = values;
		this.export = values.properties().export();
		this.enabled = enabled;
	}

	ProjectSettings.Export resolve(String key, ExportProperties own, Map<String, String> sharedHeaders) {
		Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		addHeaders(headers, "braintrust", sharedHeaders);
		addHeaders(headers, ProjectKeys.PREFIX + "." + key, own.headers());
		return new ProjectSettings.Export(timeout(), endpoint(), headers,
				ProjectSettingsResolver.orElse(this.export.compression(), ExportCompression.AUTO), compressionLevel(),
				connection(own.proxy()));
	}

	private Duration timeout() {
		Duration value = ProjectSettingsResolver.orElse(this.export.timeout(), Duration.ofSeconds(10));
		if (value.isNegative() || value.isZero()) {
			throw this.values.invalid("export.timeout", "is not a positive duration",
					"Set it to a duration such as '10s'.");
		}
		return value;
	}

	private @Nullable URI endpoint() {
		ProjectValues.Text text = this.values.text("export.endpoint", this.export.endpoint());
		String value = text.resolved(this.enabled);
		URI uri = (value != null) ? WebUrl.parse(value) : null;
		if (value != null && uri == null) {
			throw text.invalidUrl(
					"is not a usable URL: it needs the scheme http or https and a host, and no user or fragment",
					"Set it to the URL that accepts OTLP over HTTP, such as 'http://collector:4318/v1/traces'.");
		}
		return uri;
	}

	// Header names are case-insensitive. The project's spelling replaces the shared one.
	private void addHeaders(Map<String, String> headers, String level, Map<String, String> given) {
		for (Map.Entry<String, String> header : given.entrySet()) {
			String name = header.getKey();
			String value = header(level + ".export.headers." + name, name, header.getValue().strip());
			headers.remove(name);
			headers.put(name, value);
		}
	}

	private String header(String property, String name, String value) {
		if (!HEADER_NAME.matcher(name).matches() || RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
			throw new InvalidBraintrustPropertyException(property, "has the name of a header that cannot be set",
					"Use another name, of letters, digits and dashes.");
		}
		if (!value.chars().allMatch((c) -> c >= ' ' && c < 0x7f)) {
			throw new InvalidBraintrustPropertyException(property,
					"has a value with a line break or a character that is not ASCII",
					"Set it to the value of the header in plain text.");
		}
		if (this.enabled && value.contains("${")) {
			throw new InvalidBraintrustPropertyException(property, "has a '${...}' that nothing resolves",
					"Set the variable that it names, or remove the header.");
		}
		return value;
	}

	private int compressionLevel() {
		int value = ProjectSettingsResolver.orElse(this.export.compressionLevel(), 1);
		if (value < 1 || value > MAX_LEVEL) {
			throw this.values.invalid("export.compression-level", "is not a number from 1 to 9",
					"Set it to 1 for the least processor time, or set 'export.compression' to 'none' for none.");
		}
		return value;
	}

	private ProjectSettings.Connection connection(ExportProperties.Proxy own) {
		ExportProperties.Proxy proxy = this.export.proxy();
		ProjectValues.Text text = this.values.text("export.proxy.host", proxy.host());
		String host = text.resolved(this.enabled);
		if (host != null && !host.contains("${") && !HOST.matcher(host).matches()) {
			throw text.invalid("is not the name of a host: it has a scheme, a port, a user or a path",
					"Set it to the name alone, such as 'proxy.example.com', 'export.proxy.port' to the port, and "
							+ "'export.proxy.username' and 'export.proxy.password' if the proxy asks for a login.");
		}
		String bundle = this.values.text("export.ssl.bundle", this.export.ssl().bundle()).resolved(this.enabled);
		// The login of the shared proxy must not be sent to a proxy that the
		// project sets.
		boolean ownLogin = StringUtils.hasText(own.host()) || StringUtils.hasText(own.username());
		return new ProjectSettings.Connection(bundle, host, (host != null) ? port(proxy.port()) : 0,
				login(ownLogin ? own : proxy, host));
	}

	private int port(@Nullable Integer port) {
		if (port == null) {
			throw this.values.setter("export.proxy.port", "export.proxy.host")
				.invalid("has no value, but 'export.proxy.host' is set",
						"Set it to the port of the proxy, from 1 to 65535.");
		}
		if (port < 1 || port > MAX_PORT) {
			throw this.values.invalid("export.proxy.port", "is not a port",
					"Set it to the port of the proxy, from 1 to 65535.");
		}
		return port;
	}

	private @Nullable ProxyLogin login(ExportProperties.Proxy proxy, @Nullable String host) {
		ProjectValues.Text username = this.values.text("export.proxy.username", proxy.username());
		ProjectValues.Text password = this.values.text("export.proxy.password", proxy.password());
		String name = username.resolved(this.enabled);
		String secret = password.resolved(this.enabled);
		if (name == null && secret == null) {
			return null;
		}
		if (name == null) {
			throw password.invalid("has a value, but 'export.proxy.username' is not set",
					"Set 'export.proxy.username' to a user of the proxy, or remove the password.");
		}
		if (host == null) {
			throw username.invalid("has a value, but 'export.proxy.host' is not set",
					"Set 'export.proxy.host' and 'export.proxy.port' to the proxy that asks for the login.");
		}
		if (name.contains(":")) {
			throw username.invalid("has a value with a colon, which no login can have",
					"Set it to the user name only, and 'export.proxy.password' to the password.");
		}
		return new ProxyLogin(name, (secret != null) ? secret : "");
	}

	// The limits that all projects share.
	public static QueueLimits limits(SharedExportProperties properties) {
		if (properties.maxQueueSpans() < 1) {
			throw new InvalidBraintrustPropertyException("braintrust.export.max-queue-spans",
					"is not a positive number", "Set it to a number such as '32768'.");
		}
		return new QueueLimits(bytes("max-queue-size", properties.maxQueueSize(), MIN_QUEUE_SIZE),
				properties.maxQueueSpans(), bytes("max-request-size", properties.maxRequestSize(), MIN_REQUEST_SIZE),
				bytes("max-span-size", properties.maxSpanSize(), MIN_REQUEST_SIZE));
	}

	private static long bytes(String name, DataSize size, DataSize minimum) {
		if (size.compareTo(minimum) < 0) {
			String text = (minimum.toMegabytes() > 0) ? minimum.toMegabytes() + "MB" : minimum.toKilobytes() + "KB";
			throw new InvalidBraintrustPropertyException("braintrust.export." + name, "is less than " + text,
					"Set it to a size such as '" + text + "' or more, or remove it to use the default.");
		}
		return size.toBytes();
	}

}
