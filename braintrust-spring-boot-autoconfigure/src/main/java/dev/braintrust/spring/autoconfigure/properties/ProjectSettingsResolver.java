package dev.braintrust.spring.autoconfigure.properties;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.ApiKey;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import dev.braintrust.spring.settings.ProjectSettings.CaptureFormat;
import dev.braintrust.spring.settings.ProjectSettings.OriginEnvironment;
import dev.braintrust.spring.settings.ProjectSettings.Parent;
import dev.braintrust.spring.settings.WebUrl;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Turns the properties of each project into settings, applies the defaults, and checks
 * the values.
 */
public final class ProjectSettingsResolver {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	private static final String DEFAULT_API_URL = "https://api.braintrust.dev";

	private static final Pattern API_KEY = Pattern.compile("[!#-&(-~]*");

	private static final DataSize MIN_FIELD_SIZE = DataSize.ofKilobytes(1);

	private final BraintrustProperties properties;

	private final ProjectValues.Shared shared;

	private final Map<String, @Nullable URI> urls = new HashMap<>();

	private final Set<String> warned = new HashSet<>();

	private final @Nullable OriginEnvironment detected;

	private @Nullable ApiKey sharedApiKey;

	public ProjectSettingsResolver(BraintrustProperties properties, Environment environment) {
		this(properties, environment, DotEnvFile.nearest());
	}

	public static ProjectSettingsResolver withoutFile(BraintrustProperties properties, Environment environment) {
		return new ProjectSettingsResolver(properties, environment, new DotEnvFile(null));
	}

	ProjectSettingsResolver(BraintrustProperties properties, Environment environment, DotEnvFile dotEnvFile) {
		this.properties = properties;
		this.shared = new ProjectValues.Shared(properties, environment, dotEnvFile);
		this.detected = OriginDetection.detect(environment);
	}

	public List<ProjectSettings> resolve() {
		ProjectKeys.check(this.properties.projects().keySet());
		List<ProjectSettings> settings = new ArrayList<>();
		for (Map.Entry<String, ProjectProperties> project : this.properties.projects().entrySet()) {
			settings.add(resolve(project.getKey(), project.getValue()));
		}
		return List.copyOf(settings);
	}

	private ProjectSettings resolve(String key, ProjectProperties own) {
		ProjectValues values = new ProjectValues(key, own, this.shared);
		ProjectProperties project = values.properties();
		boolean enabled = orElse(project.enabled(), true);
		ProjectValues.Text keyText = values.text("api-key", project.apiKey());
		ApiKey apiKey = StringUtils.hasText(own.apiKey()) ? apiKey(keyText) : sharedApiKey(keyText);
		ProjectSettings.Export export = new ExportResolver(values, enabled).resolve(key, own.export(),
				this.properties.export().headers());
		boolean on = enabled && (apiKey != null || export.endpoint() != null);
		String id = values.text("id", project.id()).resolved(on);
		String name = values.text("name", project.name()).resolved(on);
		return new ProjectSettings(key, Parent.of(id, (name != null) ? name : key), enabled, apiKey,
				url(values, values.text("api-url", project.apiUrl()), keyText, DEFAULT_API_URL, on),
				url(values, values.text("app-url", project.appUrl()), keyText, ProjectSettings.DEFAULT_APP_URL, on),
				values.text("org-name", project.orgName()).resolved(on), capture(values, project.capture(), on),
				probability(values, project.sampling().probability()), attachments(values, project.attachments()),
				orElse(project.correlation().enabled(), false), export, origin(values, project.environment(), on));
	}

	static <T> T orElse(@Nullable T value, T defaultValue) {
		return (value != null) ? value : defaultValue;
	}

	// Parsed once, because usually all projects share one key.
	private @Nullable ApiKey sharedApiKey(ProjectValues.Text text) {
		ApiKey key = (this.sharedApiKey != null) ? this.sharedApiKey : apiKey(text);
		this.sharedApiKey = key;
		return key;
	}

	private static @Nullable ApiKey apiKey(ProjectValues.Text text) {
		// An unresolved placeholder is not a key. A fallback to another key would send
		// spans to the wrong account.
		if (text.value() == null || text.value().contains("${")) {
			return null;
		}
		String value = text.value().strip();
		if (!API_KEY.matcher(value).matches()) {
			throw text.invalid("has a value with a space, a line break, a quote or a character that is not ASCII",
					"Set it to the API key as Braintrust shows it, without quotes around it.");
		}
		return new ApiKey(value, StringUtils.uncapitalize(text.setter().subject()));
	}

	// A project that is off sends nothing, so its URLs may have unresolved placeholders.
	private URI url(ProjectValues values, ProjectValues.Text text, ProjectValues.Text key, String defaultValue,
			boolean on) {
		String given = isForeign(text, key) ? null : text.resolved(on);
		String value = (given != null && (on || !given.contains("${"))) ? given : defaultValue;
		URI uri = parse(StringUtils.trimTrailingCharacter(value, '/'));
		if (uri == null || uri.getQuery() != null) {
			throw text.invalidUrl(
					"is not a base URL: it needs the scheme http or https and a host, and no user, query or fragment",
					"Set it to a URL such as '" + defaultValue + "', or remove it to use that one.");
		}
		if (on && WebUrl.isPlain(uri) && !orElse(values.properties().allowPlainHttp(), false)) {
			plain(text);
		}
		return uri;
	}

	// Fail only for the file: other users may have written it.
	private void plain(ProjectValues.Text text) {
		InvalidBraintrustPropertyException plain = text.invalidPlainUrl();
		if (text.isOfFile()) {
			throw plain;
		}
		if (this.warned.add(text.name())) {
			logger.warn(plain.getMessage() + ". " + plain.getAction());
		}
	}

	// The file must not redirect a key from elsewhere, so its URL is ignored then.
	private boolean isForeign(ProjectValues.Text url, ProjectValues.Text key) {
		boolean foreign = url.isOfFile() && key.value() != null && !key.isOfFile();
		if (foreign && this.warned.add(url.name())) {
			logger.warn(url.setter().subject() + " is ignored, because the API key is not from the same file.");
		}
		return foreign;
	}

	// Parsed once, because usually all projects share one URL.
	private @Nullable URI parse(String text) {
		if (!this.urls.containsKey(text)) {
			this.urls.put(text, WebUrl.parse(text));
		}
		return this.urls.get(text);
	}

	private static ProjectSettings.Capture capture(ProjectValues values, CaptureProperties capture, boolean on) {
		return new ProjectSettings.Capture(orElse(capture.content(), true), orElse(capture.input(), true),
				orElse(capture.output(), true), orElse(capture.format(), CaptureFormat.BRAINTRUST),
				maxFieldSize(values, capture.maxFieldSize()), aiSpansOnly(values, capture.aiSpansOnly(), on),
				values.text("capture.provider", capture.provider()).resolved(on));
	}

	private static long maxFieldSize(ProjectValues values, @Nullable DataSize size) {
		if (size != null && size.compareTo(MIN_FIELD_SIZE) < 0) {
			throw values.invalid("capture.max-field-size", "is less than 1KB",
					"Set it to a size such as '256KB', or remove it to cut nothing.");
		}
		return (size != null) ? size.toBytes() : ProjectSettings.Capture.UNLIMITED;
	}

	// The specification does not list this variable for .env.braintrust files.
	private static boolean aiSpansOnly(ProjectValues values, @Nullable Boolean given, boolean on) {
		if (given != null) {
			return given;
		}
		ProjectValues.Text text = values.variable("BRAINTRUST_FILTER_AI_SPANS");
		String value = Objects.requireNonNullElse(text.value(), "false").strip().toLowerCase(Locale.ROOT);
		return switch (value) {
			case "true", "on", "yes", "1" -> true;
			case "false", "off", "no", "0" -> false;
			default -> {
				if (on) {
					throw text.invalid("is neither true nor false",
							"Set it to 'true' to keep only the spans of AI instrumentation, or remove it.");
				}
				yield false;
			}
		};
	}

	private static double probability(ProjectValues values, @Nullable Double probability) {
		double value = orElse(probability, 1.0);
		if (!(value >= 0 && value <= 1)) {
			throw values.invalid("sampling.probability", "is not a number from 0.0 to 1.0",
					"Set it to the share of traces to record: 1.0 for all, 0.1 for a tenth.");
		}
		return value;
	}

	private static ProjectSettings.Attachments attachments(ProjectValues values,
			ProjectProperties.Attachments attachments) {
		return new ProjectSettings.Attachments(orElse(attachments.mode(), AttachmentsMode.UPLOAD),
				size(values, "max-size", orElse(attachments.maxSize(), DataSize.ofMegabytes(100))),
				size(values, "max-waiting-size", orElse(attachments.maxWaitingSize(), DataSize.ofMegabytes(64))),
				wait(values, orElse(attachments.maxWait(), Duration.ofSeconds(10))));
	}

	private static Duration wait(ProjectValues values, Duration wait) {
		if (wait.isNegative() || wait.toHours() > 0) {
			throw values.invalid("attachments.max-wait", "is not a duration of less than an hour",
					"Set it to a duration such as '10s'.");
		}
		return wait;
	}

	private static long size(ProjectValues values, String name, DataSize size) {
		if (size.toBytes() <= 0) {
			throw values.invalid("attachments." + name, "is not a positive size",
					"Set it to a size such as '64MB', or 'attachments.mode' to 'none' to record no attachments.");
		}
		return size.toBytes();
	}

	private @Nullable OriginEnvironment origin(ProjectValues values, OriginProperties environment, boolean on) {
		String type = values.text("environment.type", environment.type()).resolved(on);
		String name = values.text("environment.name", environment.name()).resolved(on);
		if ("none".equalsIgnoreCase(type)) {
			return null;
		}
		// A configured type or name is not completed with detected values, which
		// may differ.
		return (type != null || name != null) ? new OriginEnvironment(type, name) : this.detected;
	}

}
