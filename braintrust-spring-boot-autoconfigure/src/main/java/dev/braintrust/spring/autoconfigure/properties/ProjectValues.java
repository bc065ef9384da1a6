package dev.braintrust.spring.autoconfigure.properties;

import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.WebUrl;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.StringUtils;

/**
 * The values of one project, each from the nearest level that gives it: the project, the
 * defaults for all projects, Braintrust's environment variable, the nearest
 * {@code .env.braintrust} file.
 */
final class ProjectValues {

	private final String key;

	private final Environment environment;

	private final DotEnvFile dotEnvFile;

	ProjectValues(String key, Environment environment, DotEnvFile dotEnvFile) {
		this.key = key;
		this.environment = environment;
		this.dotEnvFile = dotEnvFile;
	}

	static <T> T first(@Nullable T own, @Nullable T shared, T defaultValue) {
		if (own != null) {
			return own;
		}
		return (shared != null) ? shared : defaultValue;
	}

	// The whole name of the property that gives a value.
	String name(String name, @Nullable Object own) {
		return ((own != null) ? ProjectKeys.PREFIX + "." + this.key : "braintrust") + "." + name;
	}

	// A text that properties alone can give.
	Text text(String name, @Nullable String own, @Nullable String shared) {
		return StringUtils.hasText(own) ? Text.ofProperty(own, ProjectKeys.PREFIX + "." + this.key + "." + name)
				: Text.ofProperty(blankToNull(shared), "braintrust." + name);
	}

	Text text(String name, @Nullable String own, @Nullable String shared, String variable) {
		String given = StringUtils.hasText(own) ? own : shared(name, shared);
		Text ambient = variable(variable);
		// Boot binds the variable to the property of the same meaning, and leaves a
		// placeholder that it cannot resolve as it is. Both mean the variable.
		if (StringUtils.hasText(given) && !given.equals(ambient.value())
				&& !given.strip().equals("${" + variable + "}")) {
			return Text.ofProperty(given,
					StringUtils.hasText(own) ? ProjectKeys.PREFIX + "." + this.key + "." + name : "braintrust." + name);
		}
		if (ambient.value() != null) {
			return ambient;
		}
		return new Text(this.dotEnvFile.get(variable), variable,
				"The variable '" + variable + "' in the nearest " + DotEnvFile.NAME + " file");
	}

	// A variable of the process.
	Text variable(String variable) {
		return new Text(blankToNull(this.environment.getProperty(variable)), variable,
				"The environment variable '" + variable + "'");
	}

	private @Nullable String shared(String name, @Nullable String value) {
		return (value != null && value.isBlank()) ? withoutVariables("braintrust." + name) : value;
	}

	// Read a property past the variables of the process. Boot lets a blank variable hide
	// what files say; Braintrust's specification takes it as unset.
	private @Nullable String withoutVariables(String name) {
		List<ConfigurationPropertySource> sources = new ArrayList<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (!(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
				sources.add(source);
			}
		}
		return new Binder(sources, new PropertySourcesPlaceholdersResolver(this.environment)).bind(name, String.class)
			.orElse(null);
	}

	// Where a text was set. A variable in Boot's spelling is the property that it sets
	// for Boot, and itself for whoever set it.
	String place(Text text) {
		ConfigurationPropertyName name = ConfigurationPropertyName.isValid(text.name())
				? ConfigurationPropertyName.of(text.name()) : null;
		ConfigurationProperty property = (name != null) ? find(name) : null;
		Origin origin = (property != null) ? property.getOrigin() : null;
		if (origin instanceof PropertySourceOrigin source
				&& source.getPropertySource() instanceof SystemEnvironmentPropertySource) {
			return "the environment variable '" + source.getPropertyName() + "'";
		}
		return StringUtils.uncapitalize(text.subject());
	}

	private @Nullable ConfigurationProperty find(ConfigurationPropertyName name) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			ConfigurationProperty property = source.getConfigurationProperty(name);
			if (property != null) {
				return property;
			}
		}
		return null;
	}

	private static @Nullable String blankToNull(@Nullable String value) {
		return StringUtils.hasText(value) ? value : null;
	}

	// A text and where it came from.
	record Text(@Nullable String value, String name, String subject) {

		static Text ofProperty(@Nullable String value, String name) {
			return new Text(value, name, "The property '" + name + "'");
		}

		// The text, stripped. In a project that is on it must not hold a placeholder:
		// sent as it is, the placeholder would be what Braintrust shows or files spans
		// under.
		@Nullable String resolved(boolean on) {
			if (on && this.value != null && this.value.contains("${")) {
				throw invalid("has a '${...}' that nothing resolves",
						"Set the variable that it names, or give it a default, as in '${NAME:some value}'.");
			}
			return (this.value != null) ? this.value.strip() : null;
		}

		InvalidBraintrustPropertyException invalid(String reason, String action) {
			return new InvalidBraintrustPropertyException(this.subject, this.name, reason, action);
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

}
