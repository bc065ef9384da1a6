package dev.braintrust.spring.properties;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Turns bound properties into the settings of each project: the project's own value, else
 * the default for all projects, else Braintrust's environment variable, else the nearest
 * {@code .env.braintrust} file, else the built-in default.
 */
public final class ProjectSettingsResolver {

	private static final String DEFAULT_API_URL = "https://api.braintrust.dev";

	static final String DEFAULT_APP_URL = "https://www.braintrust.dev";

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
		return new ProjectSettings(key, parent(key, project), value(project, ProjectDefaults::getEnabled, true),
				apiKey(key, project),
				url(key, project, "api-url", ProjectDefaults::getApiUrl, "BRAINTRUST_API_URL", DEFAULT_API_URL),
				url(key, project, "app-url", ProjectDefaults::getAppUrl, "BRAINTRUST_APP_URL", DEFAULT_APP_URL),
				text(key, project, "org-name", ProjectDefaults::getOrgName, "BRAINTRUST_ORG_NAME").value(),
				new ProjectSettings.Capture(value(project, (level) -> level.getCapture().getInput(), true),
						value(project, (level) -> level.getCapture().getOutput(), true)),
				probability(key, project),
				value(project, (level) -> level.getAttachments().getMode(), AttachmentsMode.BASE64),
				timeout(key, project));
	}

	private String parent(String key, ProjectProperties project) {
		if (StringUtils.hasText(project.getId())) {
			return "project_id:" + project.getId().strip();
		}
		return "project_name:" + (StringUtils.hasText(project.getName()) ? project.getName() : key);
	}

	private @Nullable ApiKey apiKey(String key, ProjectProperties project) {
		Text text = text(key, project, "api-key", ProjectDefaults::getApiKey, "BRAINTRUST_API_KEY");
		if (text.value() == null) {
			return null;
		}
		String value = text.value().strip();
		if (!value.chars().allMatch((c) -> c > ' ' && c < 0x7f)) {
			throw new InvalidBraintrustPropertyException(text.source(),
					"has a value with characters that cannot stand in an HTTP header",
					"Set it to the API key as Braintrust shows it: no spaces, no line breaks, no quotes around it.");
		}
		return new ApiKey(value);
	}

	private URI url(String key, ProjectProperties project, String name,
			Function<ProjectDefaults, @Nullable String> property, String variable, String defaultValue) {
		Text text = text(key, project, name, property, variable);
		String value = (text.value() != null) ? text.value().strip() : defaultValue;
		URI uri = uri(value);
		if (uri == null) {
			throw new InvalidBraintrustPropertyException(text.source(),
					"is not a URL with a scheme of http or https and a host",
					"Set it to a base URL such as '" + defaultValue + "', or remove it to use that.");
		}
		return uri;
	}

	private static @Nullable URI uri(String value) {
		try {
			URI uri = URI.create(StringUtils.trimTrailingCharacter(value, '/'));
			boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
			return (web && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null
					&& uri.getUserInfo() == null) ? uri : null;
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
		if (StringUtils.hasText(own)) {
			return new Text(own, ProjectKeys.PREFIX + "." + key + "." + name);
		}
		String shared = property.apply(this.properties);
		if (StringUtils.hasText(shared)) {
			return new Text(shared, "braintrust." + name);
		}
		String ambient = this.environment.getProperty(variable);
		if (StringUtils.hasText(ambient)) {
			return new Text(ambient, variable);
		}
		return new Text(this.dotEnvFile.get(variable), variable + " in " + DotEnvFile.NAME);
	}

	private String level(String key, ProjectProperties project,
			Function<ProjectDefaults, ? extends @Nullable Object> property) {
		return (property.apply(project) != null) ? ProjectKeys.PREFIX + "." + key : "braintrust";
	}

	/**
	 * A text and where it came from.
	 *
	 * @param value the text, or {@code null} where it is not given
	 * @param source the whole name of the property or variable that gave it
	 */
	private record Text(@Nullable String value, String source) {
	}

}
