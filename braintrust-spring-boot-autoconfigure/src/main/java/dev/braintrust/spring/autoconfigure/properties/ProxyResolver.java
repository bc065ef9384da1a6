package dev.braintrust.spring.autoconfigure.properties;

import java.util.regex.Pattern;

import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.ProxyLogin;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Turns the properties under {@code export.proxy} into settings, and checks them.
 */
final class ProxyResolver {

	private static final int MAX_PORT = 65535;

	// A name, or an address of IP version 4 or 6.
	private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|\\[?[0-9A-Fa-f]*:[0-9A-Fa-f]*:[^/@\\s]*");

	private final ProjectValues values;

	private final ExportProperties.Proxy own;

	private final ExportProperties.Proxy shared;

	private final boolean enabled;

	ProxyResolver(ProjectValues values, ExportProperties.Proxy own, ExportProperties.Proxy shared, boolean enabled) {
		this.values = values;
		this.own = own;
		this.shared = shared;
		this.enabled = enabled;
	}

	ProjectSettings.Connection resolve(@Nullable String sslBundle) {
		ProjectValues.Text text = this.values.text("export.proxy.host", this.own.getHost(), this.shared.getHost());
		String host = text.resolved(this.enabled);
		if (host != null && !host.contains("${") && !HOST.matcher(host).matches()) {
			throw text.invalid("is not the name of a host: it has a scheme, a port, a user or a path",
					"Set it to the name alone, such as 'proxy.example.com', 'export.proxy.port' to the port, and "
							+ "'export.proxy.username' and 'export.proxy.password' if the proxy asks for a login.");
		}
		return new ProjectSettings.Connection(sslBundle, host, (host != null) ? port() : 0, login(host));
	}

	private int port() {
		Integer port = ProjectValues.first(this.own.getPort(), this.shared.getPort(), -1);
		if (port < 1 || port > MAX_PORT) {
			// A port that is missing is missing where the host is.
			boolean own = this.own.getPort() != null || (port == -1 && StringUtils.hasText(this.own.getHost()));
			throw new InvalidBraintrustPropertyException(this.values.name("export.proxy.port", own ? port : null),
					(port == -1) ? "has no value, and 'export.proxy.host' has one" : "is not a port",
					"Set it to the port of the proxy, from 1 to 65535.");
		}
		return port;
	}

	private @Nullable ProxyLogin login(@Nullable String host) {
		boolean ownLogin = StringUtils.hasText(this.own.getUsername());
		// The login for a proxy of all projects goes to no other proxy.
		ExportProperties.Proxy level = (ownLogin || StringUtils.hasText(this.own.getHost())) ? this.own : this.shared;
		ExportProperties.Proxy none = new ExportProperties.Proxy();
		ProjectValues.Text username = this.values.text("export.proxy.username", this.own.getUsername(),
				((level == this.own) ? none : level).getUsername());
		String name = username.resolved(this.enabled);
		if (name == null) {
			return null;
		}
		if (host == null) {
			throw username.invalid("has a value, and 'export.proxy.host' has none",
					"Set 'export.proxy.host' and 'export.proxy.port' to the proxy that asks for the login.");
		}
		if (name.contains(":")) {
			throw username.invalid("has a value with a colon, which no login can have",
					"Set it to the name of the user alone, and 'export.proxy.password' to the password.");
		}
		String password = this.values
			.text("export.proxy.password", (level == this.own) ? level.getPassword() : null,
					((level == this.own) ? none : level).getPassword())
			.resolved(this.enabled);
		return new ProxyLogin(name, (password != null) ? password : "");
	}

}
