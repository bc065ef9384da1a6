package dev.braintrust.spring.properties;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.StringUtils;

/**
 * Turns bound properties into the settings of each project: the project's own value, else
 * the default for all projects, else Braintrust's environment variable, else the nearest
 * {@code .env.braintrust} file, else the built-in default.
 */
public final class ProjectSettingsResolver {

	private static final String DEFAULT_API_URL = "https://api.braintrust.dev";

	static final String DEFAULT_APP_URL = "https://www.braintrust.dev";

	private static final int MAX_PORT = 65535;

	private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

	private final BraintrustProperties properties;

	private final Environment environment;

	private final DotEnvFile dotEnvFile;

	public ProjectSettingsResolver(BraintrustProperties properties, Environment environment) {
		this(properties, environment, DotEnvFile.nearest());
	}

	ProjectSettingsResolver(BraintrustProperties properties, Environment environment, DotEnvFile dotEnvFile) {
		this.properties = properties;
		this.environment = environment;
		this.dotEnvFile = dotEnvFile;
	}

	/**
	 * Resolve and check the settings of all declared projects.
	 * @return the settings in the order of declaration
	 * @throws InvalidBraintrustPropertyException if a value cannot be used
	 */
	public List<ProjectSettings> resolve() {
		ProjectKeys.check(this.properties.getProjects().keySet(), this.environment);
		List<ProjectSettings> settings = new ArrayList<>();
		this.properties.getProjects().forEach((key, project) -> settings.add(resolve(key, project)));
		return List.copyOf(settings);
	}

	private ProjectSettings resolve(String key, ProjectProperties project) {
		boolean enabled = value(project, ProjectDefaults::getEnabled, true);
		ApiKey apiKey = apiKey(key, project);
		if (enabled && apiKey != null) {
			checkResolved(key, "id", project.getId());
			checkResolved(key, "name", project.getName());
		}
		return new ProjectSettings(key, parent(key, project), enabled, apiKey,
				url(key, project, "api-url", ProjectDefaults::getApiUrl, "BRAINTRUST_API_URL", DEFAULT_API_URL),
				url(key, project, "app-url", ProjectDefaults::getAppUrl, "BRAINTRUST_APP_URL", DEFAULT_APP_URL),
				text(key, project, "org-name", ProjectDefaults::getOrgName, "BRAINTRUST_ORG_NAME").value(),
				new ProjectSettings.Capture(value(project, (level) -> level.getCapture().getInput(), true),
						value(project, (level) -> level.getCapture().getOutput(), true)),
				probability(key, project),
				value(project, (level) -> level.getAttachments().getMode(), AttachmentsMode.BASE64),
				timeout(key, project));
	}

	// Sent as it is, the placeholder would be the project that the spans are filed under.
	private static void checkResolved(String key, String name, @Nullable String value) {
		if (value != null && value.contains("${")) {
			throw new InvalidBraintrustPropertyException(ProjectKeys.PREFIX + "." + key + "." + name,
					"has a '${...}' that nothing resolves",
					"Set the variable that it names, or give it a default, as in '${NAME:some value}'.");
		}
	}

	private String parent(String key, ProjectProperties project) {
		if (StringUtils.hasText(project.getId())) {
			return "project_id:" + project.getId().strip();
		}
		return "project_name:" + (StringUtils.hasText(project.getName()) ? project.getName() : key);
	}

	private @Nullable ApiKey apiKey(String key, ProjectProperties project) {
		Text text = text(key, project, "api-key", ProjectDefaults::getApiKey, "BRAINTRUST_API_KEY");
		// A placeholder that nothing resolves is no key. No other takes its place: the
		// spans would go to an account that is not meant.
		if (text.value() == null || text.value().contains("${")) {
			return null;
		}
		String value = text.value().strip();
		if (!value.chars().allMatch((c) -> c > ' ' && c < 0x7f && c != '"' && c != '\'')) {
			throw text.invalid("has a value with a space, a line break, a quote or a character that is not ASCII",
					"Set it to the API key as Braintrust shows it, without quotes around it.");
		}
		return new ApiKey(value);
	}

	private URI url(String key, ProjectProperties project, String name,
			Function<ProjectDefaults, @Nullable String> property, String variable, String defaultValue) {
		Text text = text(key, project, name, property, variable);
		String value = (text.value() != null) ? text.value().strip() : defaultValue;
		URI uri = uri(value);
		if (uri == null) {
			throw text.invalid(
					"is not a base URL: a scheme of http or https, a host, and neither user nor query nor fragment",
					"Set it to a URL such as '" + defaultValue + "', or remove it to use that one.");
		}
		return uri;
	}

	private static @Nullable URI uri(String value) {
		try {
			URI uri = URI.create(StringUtils.trimTrailingCharacter(value, '/'));
			boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
			return (web && uri.getHost() != null && uri.getPort() <= MAX_PORT && uri.getQuery() == null
					&& uri.getFragment() == null && uri.getUserInfo() == null) ? uri : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private double probability(String key, ProjectProperties project) {
		double value = value(project, (level) -> level.getSampling().getProbability(), 1.0);
		if (!(value >= 0 && value <= 1)) {
			throw new InvalidBraintrustPropertyException(
					level(key, project, (level) -> level.getSampling().getProbability()) + ".sampling.probability",
					"is not a number from 0.0 to 1.0",
					"Set it to the share of traces to record: 1.0 for all, 0.1 for a tenth.");
		}
		return value;
	}

	private Duration timeout(String key, ProjectProperties project) {
		Duration value = value(project, (level) -> level.getExport().getTimeout(), DEFAULT_TIMEOUT);
		if (value.isNegative() || value.isZero()) {
			throw new InvalidBraintrustPropertyException(
					level(key, project, (level) -> level.getExport().getTimeout()) + ".export.timeout",
					"is not a positive duration", "Set it to a duration such as '10s'.");
		}
		return value;
	}

	private <T> T value(ProjectProperties project, Function<ProjectDefaults, @Nullable T> property, T defaultValue) {
		T own = property.apply(project);
		if (own != null) {
			return own;
		}
		T shared = property.apply(this.properties);
		return (shared != null) ? shared : defaultValue;
	}

	private Text text(String key, ProjectProperties project, String name,
			Function<ProjectDefaults, @Nullable String> property, String variable) {
		String own = property.apply(project);
		String given = StringUtils.hasText(own) ? own : shared(name, property);
		String ambient = this.environment.getProperty(variable);
		// Boot binds the variable to the property of the same meaning, and leaves a
		// placeholder that it cannot resolve as it is. Both mean the variable.
		if (StringUtils.hasText(given) && !given.equals(ambient) && !given.strip().equals("${" + variable + "}")) {
			return Text.ofProperty(given,
					StringUtils.hasText(own) ? ProjectKeys.PREFIX + "." + key + "." + name : "braintrust." + name);
		}
		if (StringUtils.hasText(ambient)) {
			return new Text(ambient, variable, "The environment variable '" + variable + "'");
		}
		return new Text(this.dotEnvFile.get(variable), variable,
				"The variable '" + variable + "' in the nearest " + DotEnvFile.NAME + " file");
	}

	private @Nullable String shared(String name, Function<ProjectDefaults, @Nullable String> property) {
		String value = property.apply(this.properties);
		return (value != null && value.isBlank()) ? withoutVariables("braintrust." + name) : value;
	}

	/**
	 * Read a property past the variables of the process. Boot lets a blank variable hide
	 * what files say; Braintrust's specification takes it as unset.
	 * @param name the name of the property
	 * @return the value, or {@code null}
	 */
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

	private String level(String key, ProjectProperties project,
			Function<ProjectDefaults, ? extends @Nullable Object> property) {
		return (property.apply(project) != null) ? ProjectKeys.PREFIX + "." + key : "braintrust";
	}

	/**
	 * A text and where it came from.
	 *
	 * @param value the text, or {@code null} where it is not given
	 * @param name the whole name of the property or variable that gave it
	 * @param subject what gave it, as the subject of a sentence
	 */
	private record Text(@Nullable String value, String name, String subject) {

		static Text ofProperty(String value, String name) {
			return new Text(value, name, "The property '" + name + "'");
		}

		InvalidBraintrustPropertyException invalid(String reason, String action) {
			return new InvalidBraintrustPropertyException(this.subject, this.name, reason, action);
		}

	}

}
