package dev.braintrust.spring.autoconfigure.properties;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.ApiKey;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import dev.braintrust.spring.settings.ProjectSettings.OriginEnvironment;
import dev.braintrust.spring.settings.WebUrl;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Turns bound properties into the settings of each project: the project's own value, else
 * the default for all projects, else Braintrust's environment variable, else the nearest
 * {@code .env.braintrust} file, else the built-in default.
 */
public final class ProjectSettingsResolver {

	private static final String DEFAULT_API_URL = "https://api.braintrust.dev";

	private static final Pattern API_KEY = Pattern.compile("[!-~&&[^\"']]*");

	private static final DataSize DEFAULT_MAX_SIZE = DataSize.ofMegabytes(100);

	private static final DataSize DEFAULT_MAX_WAITING_SIZE = DataSize.ofMegabytes(64);

	private final BraintrustProperties properties;

	private final Environment environment;

	private final DotEnvFile dotEnvFile;

	private final Map<String, URI> urls = new HashMap<>();

	private final @Nullable OriginEnvironment detected;

	public ProjectSettingsResolver(BraintrustProperties properties, Environment environment) {
		this(properties, environment, DotEnvFile.nearest());
	}

	public static ProjectSettingsResolver withoutFile(BraintrustProperties properties, Environment environment) {
		return new ProjectSettingsResolver(properties, environment, new DotEnvFile(null));
	}

	ProjectSettingsResolver(BraintrustProperties properties, Environment environment, DotEnvFile dotEnvFile) {
		this.properties = properties;
		this.environment = environment;
		this.dotEnvFile = dotEnvFile;
		this.detected = OriginDetection.detect((variable) -> processVariable(environment, variable),
				List.of(environment.getActiveProfiles()));
	}

	// Not 'environment.getProperty': what a file calls 'ci' is no sign of a CI system.
	private static @Nullable String processVariable(Environment environment, String name) {
		PropertySource<?> variables = (environment instanceof ConfigurableEnvironment configurable)
				? configurable.getPropertySources().get(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)
				: null;
		Object value = (variables != null) ? variables.getProperty(name) : null;
		return (value != null) ? value.toString() : null;
	}

	public List<ProjectSettings> resolve() {
		ProjectKeys.check(this.properties.getProjects().keySet(), this.environment);
		List<ProjectSettings> settings = new ArrayList<>();
		for (Map.Entry<String, ProjectProperties> project : this.properties.getProjects().entrySet()) {
			settings.add(resolve(project.getKey(), project.getValue()));
		}
		return List.copyOf(settings);
	}

	private ProjectSettings resolve(String key, ProjectProperties project) {
		ProjectValues values = new ProjectValues(key, this.environment, this.dotEnvFile);
		boolean enabled = ProjectValues.first(project.getEnabled(), this.properties.getEnabled(), true);
		ApiKey apiKey = apiKey(values, project);
		ProjectSettings.Export export = new ExportResolver(values, key, project.getExport(),
				this.properties.getExport(), enabled)
			.resolve();
		boolean on = enabled && (apiKey != null || export.endpoint() != null);
		checkResolved(key, "id", project.getId(), on);
		checkResolved(key, "name", project.getName(), on);
		return new ProjectSettings(key, parent(key, project), enabled, apiKey,
				url(values.text("api-url", project.getApiUrl(), this.properties.getApiUrl(), "BRAINTRUST_API_URL"),
						DEFAULT_API_URL, on),
				url(values.text("app-url", project.getAppUrl(), this.properties.getAppUrl(), "BRAINTRUST_APP_URL"),
						ProjectSettings.DEFAULT_APP_URL, on),
				values.text("org-name", project.getOrgName(), this.properties.getOrgName(), "BRAINTRUST_ORG_NAME")
					.resolved(on),
				new CaptureResolver(values, project.getCapture(), this.properties.getCapture(), on).resolve(),
				probability(values, project),
				attachments(values, project.getAttachments(), this.properties.getAttachments()), ProjectValues
					.first(project.getCorrelation().getEnabled(), this.properties.getCorrelation().getEnabled(), false),
				export, origin(values, project, on));
	}

	private static void checkResolved(String key, String name, @Nullable String value, boolean on) {
		ProjectValues.Text.ofProperty(value, ProjectKeys.PREFIX + "." + key + "." + name).resolved(on);
	}

	private String parent(String key, ProjectProperties project) {
		if (StringUtils.hasText(project.getId())) {
			return "project_id:" + project.getId().strip();
		}
		// A header loses the blanks at its end on the way, an attribute does not.
		return "project_name:" + (StringUtils.hasText(project.getName()) ? project.getName().strip() : key);
	}

	private @Nullable ApiKey apiKey(ProjectValues values, ProjectProperties project) {
		ProjectValues.Text text = values.text("api-key", project.getApiKey(), this.properties.getApiKey(),
				"BRAINTRUST_API_KEY");
		// A placeholder that nothing resolves is no key. No other takes its place: the
		// spans would go to an account that is not meant.
		if (text.value() == null || text.value().contains("${")) {
			return null;
		}
		String value = text.value().strip();
		if (!API_KEY.matcher(value).matches()) {
			throw text.invalid("has a value with a space, a line break, a quote or a character that is not ASCII",
					"Set it to the API key as Braintrust shows it, without quotes around it.");
		}
		return new ApiKey(value, values.place(text));
	}

	private URI url(ProjectValues.Text text, String defaultValue, boolean on) {
		String given = text.resolved(on);
		// A project that is off goes nowhere, so it needs nothing that is resolved.
		String value = (given != null && (on || !given.contains("${"))) ? given : defaultValue;
		URI uri = parse(StringUtils.trimTrailingCharacter(value, '/'));
		if (uri == null || uri.getQuery() != null) {
			throw text.invalidUrl(
					"is not a base URL: a scheme of http or https, a host, and neither user nor query nor fragment",
					"Set it to a URL such as '" + defaultValue + "', or remove it to use that one.");
		}
		return uri;
	}

	// As a rule a thousand projects have one URL.
	private @Nullable URI parse(String text) {
		URI known = this.urls.get(text);
		URI uri = (known != null) ? known : WebUrl.parse(text);
		if (uri != null) {
			this.urls.put(text, uri);
		}
		return uri;
	}

	private double probability(ProjectValues values, ProjectProperties project) {
		double value = ProjectValues.first(project.getSampling().getProbability(),
				this.properties.getSampling().getProbability(), 1.0);
		if (!(value >= 0 && value <= 1)) {
			throw new InvalidBraintrustPropertyException(
					values.name("sampling.probability", project.getSampling().getProbability()),
					"is not a number from 0.0 to 1.0",
					"Set it to the share of traces to record: 1.0 for all, 0.1 for a tenth.");
		}
		return value;
	}

	private static ProjectSettings.Attachments attachments(ProjectValues values, ProjectDefaults.Attachments own,
			ProjectDefaults.Attachments shared) {
		return new ProjectSettings.Attachments(
				ProjectValues.first(own.getMode(), shared.getMode(), AttachmentsMode.UPLOAD),
				size(values, "max-size", own.getMaxSize(), shared.getMaxSize(), DEFAULT_MAX_SIZE),
				size(values, "max-waiting-size", own.getMaxWaitingSize(), shared.getMaxWaitingSize(),
						DEFAULT_MAX_WAITING_SIZE));
	}

	private static long size(ProjectValues values, String name, @Nullable DataSize own, @Nullable DataSize shared,
			DataSize defaultValue) {
		DataSize size = ProjectValues.first(own, shared, defaultValue);
		if (size.toBytes() <= 0) {
			throw new InvalidBraintrustPropertyException(values.name("attachments." + name, own),
					"is not a positive size",
					"Set it to a size such as '64MB', or 'attachments.mode' to 'none' to record no attachments.");
		}
		return size.toBytes();
	}

	private @Nullable OriginEnvironment origin(ProjectValues values, ProjectProperties project, boolean on) {
		String type = values
			.text("environment.type", project.getEnvironment().getType(), this.properties.getEnvironment().getType(),
					"BRAINTRUST_ENVIRONMENT_TYPE")
			.resolved(on);
		String name = values
			.text("environment.name", project.getEnvironment().getName(), this.properties.getEnvironment().getName(),
					"BRAINTRUST_ENVIRONMENT_NAME")
			.resolved(on);
		if ("none".equalsIgnoreCase(type)) {
			return null;
		}
		// What is not given is not filled in from what is detected: the two may not be
		// of one environment.
		return (type != null || name != null) ? new OriginEnvironment(type, name) : this.detected;
	}

}
