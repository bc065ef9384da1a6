package dev.braintrust.spring.autoconfigure.properties;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.braintrust.spring.settings.ProjectSettings.OriginEnvironment;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.PropertySource;

/**
 * Tells the environment of the process from its variables: CI systems before platforms,
 * platforms before deployment modes. Nothing is concluded from what is missing, so a
 * process that says nothing has no environment.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/environment-variables.md#span-origin-environment">Braintrust's
 * specification, "Span origin environment"; the names are those of Braintrust's SDKs</a>
 */
final class OriginDetection {

	private static final String CI = "ci";

	private static final String SERVER = "server";

	private static final String LOCAL = "local";

	private static final String AWS_EXECUTION = "AWS_EXECUTION_ENV";

	private static final List<Signal> SIGNALS = List.of(new Signal("GITHUB_ACTIONS", CI, "github_actions"),
			new Signal("GITLAB_CI", CI, "gitlab_ci"), new Signal("CIRCLECI", CI, "circleci"),
			new Signal("BUILDKITE", CI, "buildkite"), new Signal("JENKINS_URL", CI, "jenkins"),
			new Signal("JENKINS_HOME", CI, "jenkins"), new Signal("TF_BUILD", CI, "azure_pipelines"),
			new Signal("TEAMCITY_VERSION", CI, "teamcity"), new Signal("TRAVIS", CI, "travis"),
			new Signal("BITBUCKET_BUILD_NUMBER", CI, "bitbucket"), new Signal("CI", CI, "ci"),
			new Signal("VERCEL", SERVER, "vercel"), new Signal("NETLIFY", SERVER, "netlify"),
			// ECS sets a variable of Lambda's meaning too, so it is asked first.
			new Signal("ECS_CONTAINER_METADATA_URI", SERVER, "ecs"),
			new Signal("ECS_CONTAINER_METADATA_URI_V4", SERVER, "ecs"),
			new Signal(AWS_EXECUTION, "AWS_ECS_", SERVER, "ecs"),
			new Signal(AWS_EXECUTION, "AWS_Lambda_", SERVER, "aws_lambda"),
			new Signal("AWS_LAMBDA_FUNCTION_NAME", SERVER, "aws_lambda"), new Signal("K_SERVICE", SERVER, "cloud_run"),
			new Signal("FUNCTION_TARGET", SERVER, "gcp_functions"),
			new Signal("KUBERNETES_SERVICE_HOST", SERVER, "kubernetes"), new Signal("DYNO", SERVER, "heroku"),
			new Signal("FLY_APP_NAME", SERVER, "fly"), new Signal("RAILWAY_ENVIRONMENT", SERVER, "railway"),
			new Signal("RENDER_SERVICE_NAME", SERVER, "render"));

	private static final List<String> MODE_VARIABLES = List.of("NODE_ENV", "RAILS_ENV", "RACK_ENV",
			"ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT");

	private static final Map<String, String> MODES = Map.of("production", SERVER, "prod", SERVER, "staging", SERVER,
			"stage", SERVER, "development", LOCAL, "dev", LOCAL, "local", LOCAL);

	private OriginDetection() {
	}

	// Tell the environment.
	static @Nullable OriginEnvironment detect(@Nullable PropertySource<?> variables, String... profiles) {
		for (Signal signal : SIGNALS) {
			if (signal.isIn(value(variables, signal.variable()))) {
				return new OriginEnvironment(signal.type(), signal.name());
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

	private static @Nullable String value(@Nullable PropertySource<?> variables, String name) {
		Object value = (variables != null) ? variables.getProperty(name) : null;
		return (value != null) ? value.toString() : null;
	}

	private static @Nullable OriginEnvironment ofMode(@Nullable String mode) {
		String name = (mode != null) ? mode.strip().toLowerCase(Locale.ROOT) : "";
		String type = MODES.get(name);
		return (type != null) ? new OriginEnvironment(type, name) : null;
	}

	// A variable that tells the environment.
	private record Signal(String variable, String prefix, String type, String name) {

		Signal(String variable, String type, String name) {
			this(variable, "", type, name);
		}

		boolean isIn(@Nullable String value) {
			if (value == null || value.isBlank()) {
				return false;
			}
			// Several of them are flags, and a flag can be lowered.
			return !"false".equalsIgnoreCase(value.strip()) && !"0".equals(value.strip())
					&& value.startsWith(this.prefix);
		}

	}

}
