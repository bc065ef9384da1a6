package dev.braintrust.spring.actuate;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.ProxyLogin;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/**
 * Masks API keys, header values, proxy passwords and endpoint queries in actuator
 * endpoints that show properties, even if 'show-values' is on. It recognizes secrets by
 * the property's name and by their value, because the value also appears in variables
 * that properties refer to and in the process's arguments.
 */
final class SecretSanitizingFunction implements SanitizingFunction {

	// Shorter values are only recognized by the name of their property. A header value
	// such as 'true' appears in many other properties.
	private static final int MIN_LENGTH = 8;

	private final ObjectProvider<BraintrustProperties> properties;

	private final ObjectProvider<DeclaredProjects> declared;

	private volatile @Nullable List<String> secrets;

	SecretSanitizingFunction(ObjectProvider<BraintrustProperties> properties,
			ObjectProvider<DeclaredProjects> declared) {
		this.properties = properties;
		this.declared = declared;
	}

	private List<String> secrets() {
		List<String> secrets = this.secrets;
		if (secrets == null) {
			secrets = secrets(this.properties, this.declared);
			this.secrets = secrets;
		}
		return secrets;
	}

	private static List<String> secrets(ObjectProvider<BraintrustProperties> properties,
			ObjectProvider<DeclaredProjects> declared) {
		List<String> secrets = new ArrayList<>();
		properties.forEach((shared) -> addSecrets(shared, secrets));
		declared.forEach((projects) -> projects.all().forEach((project) -> addSecrets(project, secrets)));
		return secrets.stream().filter((secret) -> secret.length() >= MIN_LENGTH).distinct().toList();
	}

	// Shared values are secrets even if each project overrides them.
	private static void addSecrets(BraintrustProperties shared, List<String> secrets) {
		if (shared.apiKey() != null) {
			secrets.add(shared.apiKey().strip());
		}
		shared.export().headers().values().forEach((value) -> secrets.add(value.strip()));
		String password = shared.export().proxy().password();
		if (password != null) {
			secrets.add(password.strip());
		}
		String endpoint = shared.export().endpoint();
		if (endpoint != null && hasQuery(endpoint)) {
			secrets.add(endpoint.substring(endpoint.indexOf('?') + 1).strip());
		}
	}

	private static void addSecrets(ProjectSettings project, List<String> secrets) {
		if (project.apiKey() != null) {
			secrets.add(project.apiKey().value());
		}
		secrets.addAll(project.export().headers().values());
		ProxyLogin login = project.export().connection().proxyLogin();
		if (login != null) {
			secrets.add(login.password());
		}
		URI endpoint = project.export().endpoint();
		if (endpoint != null && endpoint.getRawQuery() != null) {
			secrets.add(endpoint.getRawQuery());
		}
	}

	@Override
	public SanitizableData apply(SanitizableData data) {
		String name = name(data.getKey());
		boolean secret = isSecret(name) || (isEndpoint(name) && hasQuery(data.getValue()))
				|| holdsSecret(data.getValue());
		return secret ? data.withSanitizedValue() : data;
	}

	// The name without case and punctuation, which covers all spellings of a property.
	private static String name(String key) {
		StringBuilder letters = new StringBuilder(key.length());
		key.chars().filter(Character::isLetterOrDigit).forEach((c) -> letters.append((char) c));
		return letters.toString().toLowerCase(Locale.ROOT);
	}

	private static boolean isSecret(String name) {
		return name.startsWith("braintrust")
				&& (name.endsWith("apikey") || name.endsWith("exportproxypassword") || name.contains("exportheaders"));
	}

	private static boolean isEndpoint(String name) {
		return name.startsWith("braintrust") && name.endsWith("exportendpoint");
	}

	private static boolean hasQuery(@Nullable Object endpoint) {
		return endpoint != null && endpoint.toString().indexOf('?') != -1;
	}

	private boolean holdsSecret(@Nullable Object value) {
		String text = (value != null) ? value.toString() : "";
		return text.length() >= MIN_LENGTH && secrets().stream().anyMatch(text::contains);
	}

}
