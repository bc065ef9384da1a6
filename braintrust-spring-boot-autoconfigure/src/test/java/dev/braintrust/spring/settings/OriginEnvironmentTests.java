package dev.braintrust.spring.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.braintrust.spring.autoconfigure.properties.SettingsSource;
import dev.braintrust.spring.settings.ProjectSettings.OriginEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of the environment in spans, by the rules of Braintrust's specification.
 */
class OriginEnvironmentTests {

	@TempDir
	private Path directory;

	private SettingsSource source() {
		return new SettingsSource(this.directory);
	}

	@ParameterizedTest
	@CsvSource({ "GITHUB_ACTIONS, true, ci, github_actions", "GITLAB_CI, true, ci, gitlab_ci",
			"CIRCLECI, true, ci, circleci", "BUILDKITE, true, ci, buildkite",
			"JENKINS_URL, http://jenkins/, ci, jenkins", "JENKINS_HOME, /var/jenkins_home, ci, jenkins",
			"TF_BUILD, True, ci, azure_pipelines", "TEAMCITY_VERSION, 2026.1, ci, teamcity", "TRAVIS, true, ci, travis",
			"BITBUCKET_BUILD_NUMBER, 17, ci, bitbucket", "CI, true, ci, ci", "CI, 1, ci, ci",
			"VERCEL, 1, server, vercel", "NETLIFY, true, server, netlify",
			"AWS_LAMBDA_FUNCTION_NAME, answer, server, aws_lambda",
			"AWS_EXECUTION_ENV, AWS_Lambda_java21, server, aws_lambda",
			"AWS_EXECUTION_ENV, AWS_ECS_FARGATE, server, ecs", "AWS_EXECUTION_ENV, AWS_ECS_EC2, server, ecs",
			"ECS_CONTAINER_METADATA_URI, http://169.254/v3, server, ecs",
			"ECS_CONTAINER_METADATA_URI_V4, http://169.254/v4, server, ecs", "K_SERVICE, answer, server, cloud_run",
			"FUNCTION_TARGET, answer, server, gcp_functions", "KUBERNETES_SERVICE_HOST, 10.0.0.1, server, kubernetes",
			"DYNO, web.1, server, heroku", "FLY_APP_NAME, answer, server, fly",
			"RAILWAY_ENVIRONMENT, production, server, railway", "RENDER_SERVICE_NAME, answer, server, render",
			"NODE_ENV, production, server, production", "RAILS_ENV, prod, server, prod",
			"RACK_ENV, staging, server, staging", "ASPNETCORE_ENVIRONMENT, Development, local, development",
			"DOTNET_ENVIRONMENT, local, local, local" })
	void eachVariableOfTheSpecificationTellsTheEnvironment(String variable, String value, String type, String name) {
		assertThat(source().variable(variable, value).settings().environment())
			.isEqualTo(new OriginEnvironment(type, name));
	}

	@Test
	void nothingIsSaidWhereNothingTells() {
		assertThat(source().settings().environment()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "CI, false", "CI, 0", "CI, ''", "GITHUB_ACTIONS, ' '", "AWS_EXECUTION_ENV, CloudShell",
			"NODE_ENV, test", "NODE_ENV, custom" })
	void whatIsNoPositiveSignIsIgnored(String variable, String value) {
		assertThat(source().variable(variable, value).settings().environment()).isNull();
	}

	@Test
	void propertyOfTheApplicationIsNoVariable() {
		assertThat(source().property("CI", "true").property("ci", "true").settings().environment()).isNull();
	}

	@Test
	void ciWinsOverPlatformAndPlatformOverDeploymentMode() {
		SettingsSource source = source().profiles("dev").variable("NODE_ENV", "production");
		assertThat(source.settings().environment()).isEqualTo(new OriginEnvironment("local", "dev"));
		source.variable("DYNO", "web.1");
		assertThat(source.settings().environment()).isEqualTo(new OriginEnvironment("server", "heroku"));
		source.variable("CI", "true");
		assertThat(source.settings().environment()).isEqualTo(new OriginEnvironment("ci", "ci"));
		source.variable("BUILDKITE", "true");
		assertThat(source.settings().environment()).isEqualTo(new OriginEnvironment("ci", "buildkite"));
	}

	@ParameterizedTest
	@CsvSource({ "ECS_CONTAINER_METADATA_URI, http://169.254/v3", "ECS_CONTAINER_METADATA_URI_V4, http://169.254/v4",
			"AWS_EXECUTION_ENV, AWS_ECS_FARGATE" })
	void ecsIsNotTakenForLambda(String variable, String value) {
		SettingsSource source = source().variable("AWS_LAMBDA_FUNCTION_NAME", "answer").variable(variable, value);
		assertThat(source.settings().environment()).isEqualTo(new OriginEnvironment("server", "ecs"));
	}

	@ParameterizedTest
	@CsvSource({ "prod, server", "production, server", "stage, server", "staging, server", "dev, local",
			"development, local", "local, local", "Prod, server" })
	void profileTellsTheDeploymentMode(String profile, String type) {
		assertThat(source().profiles("metrics", profile).settings().environment())
			.isEqualTo(new OriginEnvironment(type, profile.toLowerCase()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "test", "metrics" })
	void profileThatIsNoDeploymentModeIsIgnored(String profile) {
		assertThat(source().profiles(profile).settings().environment()).isNull();
	}

	@Test
	void typeAndNameStandEachByItself() {
		SettingsSource detected = source().variable("CI", "true");
		assertThat(detected.variable("BRAINTRUST_ENVIRONMENT_TYPE", "server").settings().environment())
			.isEqualTo(new OriginEnvironment("server", null));
		assertThat(source().variable("CI", "true")
			.variable("BRAINTRUST_ENVIRONMENT_NAME", "staging")
			.settings()
			.environment()).isEqualTo(new OriginEnvironment(null, "staging"));
	}

	@Test
	void propertyWinsOverVariableVariableOverFileAndFileOverDetection() throws IOException {
		Files.writeString(this.directory.resolve(".env.braintrust"),
				"BRAINTRUST_ENVIRONMENT_TYPE=file\nBRAINTRUST_ENVIRONMENT_NAME=of_file\n");
		SettingsSource source = source().variable("CI", "true");
		assertThat(source.settings().environment()).isEqualTo(new OriginEnvironment("file", "of_file"));
		source.variable("BRAINTRUST_ENVIRONMENT_TYPE", " ");
		assertThat(source.settings().environment()).isEqualTo(new OriginEnvironment("file", "of_file"));
		source.variable("BRAINTRUST_ENVIRONMENT_TYPE", "variable");
		assertThat(source.settings().environment()).isEqualTo(new OriginEnvironment("variable", "of_file"));
		source.property("braintrust.projects.support.environment.type", "property");
		assertThat(source.settings().environment()).isEqualTo(new OriginEnvironment("property", "of_file"));
	}

	@Test
	void defaultForAllAppliesWhereTheProjectSaysNothing() {
		SettingsSource source = source().property("braintrust.environment.type", "server")
			.property("braintrust.environment.name", "eu_west");
		assertThat(source.settings().environment()).isEqualTo(new OriginEnvironment("server", "eu_west"));
		source.property("braintrust.projects.support.environment.name", "us_east");
		assertThat(source.settings().environment()).isEqualTo(new OriginEnvironment("server", "us_east"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "braintrust", "braintrust.projects.support" })
	void noneSwitchesDetectionOff(String level) {
		SettingsSource source = source().variable("GITHUB_ACTIONS", "true")
			.property(level + ".environment.type", "none");
		assertThat(source.settings().environment()).isNull();
	}

	@Test
	void placeholderIsRefused() {
		SettingsSource source = source().property("braintrust.environment.name", "${REGION}");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(source::settings)
			.withMessage("The property 'braintrust.environment.name' has a '${...}' that nothing resolves");
	}

}
