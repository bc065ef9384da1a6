package dev.braintrust.spring.autoconfigure.properties;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.WebUrl;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.StringUtils;

/**
 * The values of one project. They come from its own properties, then from the properties
 * for all projects, then from Braintrust's environment variables, and last from the
 * nearest {@code .env.braintrust} file. Boot tracks the origin of each value, so that
 * messages can name it.
 */
final class ProjectValues {

	private static final String SHARED = "braintrust.";

	// The properties that have an environment variable in Braintrust's specification.
	private static final Set<String> WITH_VARIABLE = Set.of("api-key", "api-url", "app-url", "org-name",
			"environment.type", "environment.name");

	private final String level;

	private final ProjectProperties properties;

	private final Shared shared;

	ProjectValues(String key, ProjectProperties own, Shared shared) {
		this.level = ProjectKeys.PREFIX + "." + key + ".";
		this.shared = shared;
		this.properties = Fallbacks.fill(own, shared.properties(), SHARED, this::withoutVariables);
	}

	// The project's properties with all fallbacks applied.
	ProjectProperties properties() {
		return this.properties;
	}

	// Read a property without the variables of the process. In Boot, a blank variable
	// hides values in files; in Braintrust's specification it counts as unset.
	private @Nullable String withoutVariables(String name) {
		List<ConfigurationPropertySource> sources = new ArrayList<>();
		for (ConfigurationPropertySource source : this.shared.sources()) {
			if (!(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
				sources.add(source);
			}
		}
		return new Binder(sources, new PropertySourcesPlaceholdersResolver(this.shared.environment()))
			.bind(name, String.class)
			.orElse(null);
	}

	// The text of a property, or of its variable if the property is not set. An
	// unresolved placeholder with the name of the variable counts as not set.
	Text text(String name, @Nullable String value) {
		String variable = WITH_VARIABLE.contains(name)
				? "BRAINTRUST_" + name.replace('-', '_').replace('.', '_').toUpperCase(Locale.ROOT) : null;
		if (variable == null || (StringUtils.hasText(value) && !value.strip().equals("${" + variable + "}"))) {
			return new Text(this, name, StringUtils.hasText(value) ? value : null, null);
		}
		Text ambient = variable(variable);
		return (ambient.value() != null) ? ambient
				: new Text(this, variable, this.shared.dotEnvFile().get(variable), Setter.ofFile(variable));
	}

	Text variable(String variable) {
		return new Text(this, variable, this.shared.variable(variable), Setter.ofVariable(variable));
	}

	InvalidBraintrustPropertyException invalid(String name, String reason, String action) {
		return setter(name, name).invalid(reason, action);
	}

	// The property or variable that sets a value, for messages. For a missing value, its
	// name on the level that sets the property beside it.
	Setter setter(String name, String beside) {
		for (String level : List.of(this.level, SHARED)) {
			ConfigurationProperty property = ProjectBindHandler.find(this.shared.sources(),
					ConfigurationPropertyName.of(level + beside));
			if (property != null && !Fallbacks.isUnset(property.getValue())) {
				return (name.equals(beside) && property.getOrigin() instanceof PropertySourceOrigin origin
						&& origin.getPropertySource() instanceof SystemEnvironmentPropertySource)
								? Setter.ofVariable(origin.getPropertyName()) : Setter.ofProperty(level + name);
			}
		}
		return Setter.ofProperty(SHARED + name);
	}

	// The values for all projects. Sources and variables are looked up only once, because
	// the sources do not cache lookups unless Boot has attached them to the environment.
	record Shared(BraintrustProperties properties, Environment environment,
			Iterable<ConfigurationPropertySource> sources, DotEnvFile dotEnvFile, Map<String, String> variables) {

		Shared(BraintrustProperties properties, Environment environment, DotEnvFile dotEnvFile) {
			this(properties, environment, ConfigurationPropertySources.get(environment), dotEnvFile, new HashMap<>());
		}

		@Nullable String variable(String name) {
			String value = this.variables.get(name);
			if (value == null) {
				value = Objects.requireNonNullElse(this.environment.getProperty(name), "");
				this.variables.put(name, value);
			}
			return value.isBlank() ? null : value;
		}

	}

	// A text, and the variable or file that set it; null for a property.
	record Text(ProjectValues values, String name, @Nullable String value, @Nullable Setter ambient) {

		boolean isOfFile() {
			return this.value != null && this.ambient != null && this.ambient.isFile();
		}

		// The text, stripped. Fails for an unresolved placeholder in a project that
		// is on, because it would be sent to Braintrust, for example as the name of
		// a project.
		@Nullable String resolved(boolean on) {
			if (on && this.value != null && this.value.contains("${")) {
				throw invalid("has a '${...}' that nothing resolves",
						"Set the variable that it names, or give it a default, as in '${NAME:some value}'.");
			}
			return (this.value != null) ? this.value.strip() : null;
		}

		Setter setter() {
			return (this.ambient != null) ? this.ambient : this.values.setter(this.name, this.name);
		}

		InvalidBraintrustPropertyException invalid(String reason, String action) {
			return setter().invalid(reason, action);
		}

		InvalidBraintrustPropertyException invalidPlainUrl() {
			return invalid("is a plain HTTP URL, which exposes the API key and the content of spans to the network",
					"Use https, or set 'braintrust.allow-plain-http' to true if you trust the network.");
		}

		InvalidBraintrustPropertyException invalidUrl(String reason, String action) {
			if (this.value != null && WebUrl.hasUnreadableHost(this.value.strip())) {
				return invalid(
						"has a host name that Java cannot read: it has an underscore, or a part that begins or ends "
								+ "with a dash or a last part that begins with a digit",
						"Use a name of letters, digits and dashes, such as the alias 'otel-collector' of a "
								+ "container, or the address of the host.");
			}
			return invalid(reason, action);
		}

	}

	// The property or variable that sets a value, and its name in messages.
	record Setter(String name, String subject, boolean isFile) {

		static Setter ofProperty(String name) {
			return new Setter(name, "The property '" + name + "'", false);
		}

		static Setter ofVariable(String name) {
			return new Setter(name, "The environment variable '" + name + "'", false);
		}

		static Setter ofFile(String name) {
			return new Setter(name, "The variable '" + name + "' in the nearest " + DotEnvFile.NAME + " file", true);
		}

		InvalidBraintrustPropertyException invalid(String reason, String action) {
			return new InvalidBraintrustPropertyException(this.subject, this.name, reason, action);
		}

	}

}
