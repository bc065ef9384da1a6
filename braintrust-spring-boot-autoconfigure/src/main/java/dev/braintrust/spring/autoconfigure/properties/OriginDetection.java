package dev.braintrust.spring.autoconfigure.properties;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.braintrust.spring.settings.ProjectSettings.OriginEnvironment;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Detects the environment of the process from its variables: CI systems before platforms,
 * platforms before deployment modes. A process without any of these variables has no
 * environment; it is not assumed to be local.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/environment-variables.md#span-origin-environment">Braintrust's
 * specification, "Span origin environment"; the names are those of Braintrust's SDKs</a>
 */
final class OriginDetection {

	private static final String CI = "ci";

	private static final String SERVER = "server";

	private static final String LOCAL = "local";

	private static final String AWS_EXECUTION = "AWS_EXECUTION_ENV=";

	// A type, a name, and the variables that signal them. After '=' comes the prefix that
	// the variable's value must have.
	private static final String[][] SIGNALS = { { CI, "github_actions", "GITHUB_ACTIONS" },
			{ CI, "gitlab_ci", "GITLAB_CI" }, { CI, "circleci", "CIRCLECI" }, { CI, "buildkite", "BUILDKITE" },
			{ CI, "jenkins", "JENKINS_URL", "JENKINS_HOME" }, { CI, "azure_pipelines", "TF_BUILD" },
			{ CI, "teamcity", "TEAMCITY_VERSION" }, { CI, "travis", "TRAVIS" },
			{ CI, "bitbucket", "BITBUCKET_BUILD_NUMBER" }, { CI, "ci", "CI" }, { SERVER, "vercel", "VERCEL" },
			{ SERVER, "netlify", "NETLIFY" },
			// Before Lambda, because ECS sets AWS_EXECUTION_ENV too.
			{ SERVER, "ecs", "ECS_CONTAINER_METADATA_URI", "ECS_CONTAINER_METADATA_URI_V4",
					AWS_EXECUTION + "AWS_ECS_" },
			{ SERVER, "aws_lambda", AWS_EXECUTION + "AWS_Lambda_", "AWS_LAMBDA_FUNCTION_NAME" },
			{ SERVER, "cloud_run", "K_SERVICE" }, { SERVER, "gcp_functions", "FUNCTION_TARGET" },
			{ SERVER, "kubernetes", "KUBERNETES_SERVICE_HOST" }, { SERVER, "heroku", "DYNO" },
			{ SERVER, "fly", "FLY_APP_NAME" }, { SERVER, "railway", "RAILWAY_ENVIRONMENT" },
			{ SERVER, "render", "RENDER_SERVICE_NAME" } };

	private static final List<String> MODE_VARIABLES = List.of("NODE_ENV", "RAILS_ENV", "RACK_ENV",
			"ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT");

	private static final Map<String, String> MODES = Map.of("production", SERVER, "prod", SERVER, "staging", SERVER,
			"stage", SERVER, "development", LOCAL, "dev", LOCAL, "local", LOCAL);

	private OriginDetection() {
	}

	static @Nullable OriginEnvironment detect(Environment environment) {
		return detect(processVariables(environment), environment.getActiveProfiles());
	}

	// Only the variables of the process: a property 'ci' in a file does not signal a
	// CI system.
	private static @Nullable PropertySource<?> processVariables(Environment environment) {
		String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
		return (environment instanceof ConfigurableEnvironment all) ? all.getPropertySources().get(name) : null;
	}

	static @Nullable OriginEnvironment detect(@Nullable PropertySource<?> variables, String... profiles) {
		for (String[] signal : SIGNALS) {
			for (int i = 2; i < signal.length; i++) {
				if (isSet(variables, signal[i])) {
					return new OriginEnvironment(signal[0], signal[1]);
				}
			}
		}
		for (String profile : profiles) {
			OriginEnvironment environment = ofMode(profile);
			if (environment != null) {
				return environment;
			}
		}
		for (String variable : MODE_VARIABLES) {
			OriginEnvironment environment = ofMode(value(variables, variable));
			if (environment != null) {
				return environment;
			}
		}
		return null;
	}

	private static boolean isSet(@Nullable PropertySource<?> variables, String signal) {
		String[] parts = signal.split("=");
		String value = value(variables, parts[0]);
		if (value == null || value.isBlank()) {
			return false;
		}
		// Some of them are flags, which may be set to false.
		return !"false".equalsIgnoreCase(value.strip()) && !"0".equals(value.strip())
				&& (parts.length == 1 || value.startsWith(parts[1]));
	}

	private static @Nullable String value(@Nullable PropertySource<?> variables, String name) {
		Object value = (variables != null) ? variables.getProperty(name) : null;
		return (value != null) ? value.toString() : null;
	}

	private static @Nullable OriginEnvironment ofMode(@Nullable String mode) {
		String name = (mode != null) ? mode.strip().toLowerCase(Locale.ROOT) : "";
		String type = MODES.get(name);
		return (type != null) ? new OriginEnvironment(type, name) : null;
	}

}
