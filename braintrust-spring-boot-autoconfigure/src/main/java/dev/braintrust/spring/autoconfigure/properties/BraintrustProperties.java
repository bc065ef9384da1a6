package dev.braintrust.spring.autoconfigure.properties;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties under {@code braintrust}: the defaults for all projects, and the
 * properties that projects share.
 *
 * @param enabled Whether spans are recorded and sent. Otherwise, the same beans exist and
 * do nothing.
 * @param apiKey API key for Braintrust. Falls back to the environment variable
 * BRAINTRUST_API_KEY, then to the nearest '.env.braintrust' file.
 * @param apiUrl Base URL of Braintrust's API. Falls back to the environment variable
 * BRAINTRUST_API_URL, then to the nearest '.env.braintrust' file.
 * @param appUrl Base URL of Braintrust's web application. Falls back to the environment
 * variable BRAINTRUST_APP_URL, then to the nearest '.env.braintrust' file.
 * @param orgName Name of the organization, for accounts that belong to several. Falls
 * back to the environment variable BRAINTRUST_ORG_NAME, then to the nearest
 * '.env.braintrust' file.
 * @param allowPlainHttp Whether 'api-url' and 'app-url' may use plain HTTP to another
 * machine.
 * @param capture Which content is recorded.
 * @param environment The environment that spans come from.
 * @param sampling Which traces are recorded.
 * @param attachments How attachments are recorded.
 * @param correlation Whether traces refer to the application's traces.
 * @param export How spans are sent.
 * @param strict Whether startup fails if an enabled project has no API key. Otherwise,
 * the project is off and a warning is logged.
 * @param defaultProject Key of the project for ChatClient beans without an annotation. If
 * it is not set, these beans are not traced.
 * @param checkOnStartup Whether API keys, organizations and ids of projects are checked
 * against Braintrust once after startup, in the background.
 * @param projects Projects by key. A key is made of lower-case letters, digits and single
 * dashes between them.
 */
@ConfigurationProperties("braintrust")
public record BraintrustProperties(@Nullable Boolean enabled, @Nullable String apiKey, @Nullable String apiUrl,
		@Nullable String appUrl, @Nullable String orgName, @Nullable Boolean allowPlainHttp,
		@NestedConfigurationProperty CaptureProperties capture,
		@NestedConfigurationProperty OriginProperties environment,
		@NestedConfigurationProperty ProjectProperties.Sampling sampling,
		@NestedConfigurationProperty ProjectProperties.Attachments attachments,
		@NestedConfigurationProperty ProjectProperties.Correlation correlation,
		@NestedConfigurationProperty @DefaultValue SharedExportProperties export, Boolean strict,
		@Nullable String defaultProject, Boolean checkOnStartup, Map<String, ProjectProperties> projects) {

	public BraintrustProperties {
		capture = (capture != null) ? capture : CaptureProperties.UNSET;
		environment = (environment != null) ? environment : OriginProperties.UNSET;
		sampling = (sampling != null) ? sampling : ProjectProperties.Sampling.UNSET;
		attachments = (attachments != null) ? attachments : ProjectProperties.Attachments.UNSET;
		correlation = (correlation != null) ? correlation : ProjectProperties.Correlation.UNSET;
		strict = (strict != null) ? strict : false;
		checkOnStartup = (checkOnStartup != null) ? checkOnStartup : true;
		projects = (projects != null) ? projects : new LinkedHashMap<>();
	}

	// The properties of projects with default settings.
	public static BraintrustProperties of(Iterable<String> keys) {
		BraintrustProperties properties = new Binder().bindOrCreate("braintrust", BraintrustProperties.class);
		keys.forEach((key) -> properties.projects().put(key, ProjectProperties.UNSET));
		return properties;
	}

	// The API key is a secret.
	@Override
	public String toString() {
		return "BraintrustProperties[projects=" + this.projects.keySet() + "]";
	}

}
