package dev.braintrust.spring.autoconfigure.properties;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.settings.ProjectSettings.ApiKey;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import dev.braintrust.spring.settings.ProjectSettings.CaptureFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link ProjectSettingsResolver}, after Boot's own binding.
 */
@ExtendWith(OutputCaptureExtension.class)
class ProjectSettingsResolverTests {

	private final Map<String, Object> variables = new LinkedHashMap<>();

	private final Map<String, Object> properties = new LinkedHashMap<>();

	private final StandardEnvironment environment = new StandardEnvironment();

	@TempDir
	private Path directory;

	@BeforeEach
	void prepare() {
		this.environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, this.variables));
		this.environment.getPropertySources().addLast(new MapPropertySource("application.yml", this.properties));
	}

	@Test
	void builtInDefaultsApplyWhereNothingIsGiven() {
		given("braintrust.projects.support.name", "Support Agent");
		ProjectSettings settings = settings();
		assertThat(settings.key()).isEqualTo("support");
		assertThat(settings.enabled()).isTrue();
		assertThat(settings.apiKey()).isNull();
		assertThat(settings.isOn()).isFalse();
		assertThat(settings.apiUrl()).isEqualTo(URI.create("https://api.braintrust.dev"));
		assertThat(settings.appUrl()).isEqualTo(URI.create("https://www.braintrust.dev"));
		assertThat(settings.orgName()).isNull();
		assertThat(settings.capture()).isEqualTo(capture(true, true));
		assertThat(settings.samplingProbability()).isEqualTo(1.0);
		assertThat(settings.attachments().mode()).isEqualTo(AttachmentsMode.UPLOAD);
		assertThat(settings.export().timeout()).isEqualTo(Duration.ofSeconds(10));
	}

	@Test
	void eachValueOfTheProjectWinsOverTheDefaultForAll() {
		givenAt("braintrust", "false", "sk-default", "default.example.com", "Default", "false", "0.5", "none", "1s");
		givenAt("braintrust.projects.support", "true", "sk-own", "own.example.com", "Own", "true", "0.25", "base64",
				"2s");
		ProjectSettings settings = settings();
		assertThat(settings.enabled()).isTrue();
		assertThat(settings.apiKey()).isEqualTo(new ApiKey("sk-own"));
		assertThat(settings.apiUrl()).isEqualTo(URI.create("https://api.own.example.com"));
		assertThat(settings.appUrl()).isEqualTo(URI.create("https://www.own.example.com"));
		assertThat(settings.orgName()).isEqualTo("Own");
		assertThat(settings.capture()).isEqualTo(capture(true, true));
		assertThat(settings.samplingProbability()).isEqualTo(0.25);
		assertThat(settings.attachments().mode()).isEqualTo(AttachmentsMode.BASE64);
		assertThat(settings.export().timeout()).isEqualTo(Duration.ofSeconds(2));
	}

	@Test
	void eachDefaultForAllAppliesWhereTheProjectSaysNothing() {
		givenAt("braintrust", "false", "sk-default", "default.example.com", "Default", "false", "0.5", "none", "1s");
		given("braintrust.projects.support.name", "Support Agent");
		ProjectSettings settings = settings();
		assertThat(settings.enabled()).isFalse();
		assertThat(settings.apiKey()).isEqualTo(new ApiKey("sk-default"));
		assertThat(settings.apiUrl()).isEqualTo(URI.create("https://api.default.example.com"));
		assertThat(settings.appUrl()).isEqualTo(URI.create("https://www.default.example.com"));
		assertThat(settings.orgName()).isEqualTo("Default");
		assertThat(settings.capture()).isEqualTo(capture(false, false));
		assertThat(settings.samplingProbability()).isEqualTo(0.5);
		assertThat(settings.attachments().mode()).isEqualTo(AttachmentsMode.NONE);
		assertThat(settings.export().timeout()).isEqualTo(Duration.ofSeconds(1));
	}

	private static ProjectSettings.Capture capture(boolean input, boolean output) {
		return new ProjectSettings.Capture(true, input, output, CaptureFormat.BRAINTRUST,
				ProjectSettings.Capture.UNLIMITED, false, null);
	}

	private void givenAt(String level, String enabled, String apiKey, String domain, String orgName, String capture,
			String probability, String mode, String timeout) {
		given(level + ".enabled", enabled);
		given(level + ".api-key", apiKey);
		given(level + ".api-url", "https://api." + domain);
		given(level + ".app-url", "https://www." + domain);
		given(level + ".org-name", orgName);
		given(level + ".capture.input", capture);
		given(level + ".capture.output", capture);
		given(level + ".sampling.probability", probability);
		given(level + ".attachments.mode", mode);
		given(level + ".export.timeout", timeout);
	}

	@Test
	void projectsAreResolvedIndependentlyInTheOrderOfDeclaration() {
		given("braintrust.api-key", "sk-default");
		given("braintrust.projects.zebra.api-key", "sk-zebra");
		given("braintrust.projects.ant.name", "Ant");
		assertThat(resolve()).extracting(ProjectSettings::key, ProjectSettings::apiKey)
			.containsExactly(tuple("zebra", new ApiKey("sk-zebra")), tuple("ant", new ApiKey("sk-default")));
	}

	@Test
	void idWinsOverNameAndNameOverKey() {
		given("braintrust.projects.one.id", " 5b0c3e0e ");
		given("braintrust.projects.one.name", "One");
		given("braintrust.projects.two.name", "Agent Two");
		given("braintrust.projects.two.id", " ");
		given("braintrust.projects.three.name", " ");
		assertThat(resolve()).extracting((project) -> project.parent().toString())
			.containsExactly("project_id:5b0c3e0e", "project_name:Agent Two", "project_name:three");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Support Agent\n", "Support Agent ", "\tSupport Agent\r\n", " Support Agent\u2003" })
	void blanksAndLineBreaksAroundANameAreNoPartOfIt(String name) {
		given("braintrust.projects.support.name", name);
		assertThat(settings().parent()).hasToString("project_name:Support Agent");
	}

	@ParameterizedTest
	@CsvSource({ "api-key, BRAINTRUST_API_KEY, value", "api-url, BRAINTRUST_API_URL, https://value.example.com",
			"app-url, BRAINTRUST_APP_URL, https://value.example.com", "org-name, BRAINTRUST_ORG_NAME, value" })
	void variablesOfBraintrustAndThenTheFileServeAsFallbacks(String property, String variable, String value)
			throws IOException {
		Function<ProjectSettings, Object> setting = setting(property);
		given("braintrust.projects.support.id", "1");
		file(variable + "=" + value + "-of-the-file");
		assertThat(setting.apply(settings())).hasToString(value + "-of-the-file");
		this.variables.put(variable, value + "-of-the-variable");
		assertThat(setting.apply(settings())).hasToString(value + "-of-the-variable");
		given("braintrust.projects.support." + property, value + "-of-the-project");
		assertThat(setting.apply(settings())).hasToString(value + "-of-the-project");
	}

	@ParameterizedTest
	@CsvSource({ "api-key, BRAINTRUST_API_KEY, value", "api-url, BRAINTRUST_API_URL, https://value.example.com",
			"app-url, BRAINTRUST_APP_URL, https://value.example.com", "org-name, BRAINTRUST_ORG_NAME, value" })
	void blankIsUnsetAtEveryLevel(String property, String variable, String value) throws IOException {
		Function<ProjectSettings, Object> setting = setting(property);
		given("braintrust.projects.support.id", "1");
		given("braintrust.projects.support." + property, " ");
		file(variable + "=" + value + "-of-the-file");
		given("braintrust." + property, value + "-of-the-default");
		assertThat(setting.apply(settings())).hasToString(value + "-of-the-default");
		given("braintrust." + property, "");
		assertThat(setting.apply(settings())).hasToString(value + "-of-the-file");
		this.variables.put(variable, " \t");
		assertThat(setting.apply(settings())).hasToString(value + "-of-the-file");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "   " })
	void blankVariableDoesNotHideThePropertyOfAFile(String blank) throws IOException {
		given("braintrust.projects.support.id", "1");
		given("braintrust.api-key", "${THE_KEY}");
		given("braintrust.org-name", "Acme");
		given("THE_KEY", "sk-yml");
		file("BRAINTRUST_API_KEY=sk-file");
		this.variables.put("BRAINTRUST_API_KEY", blank);
		this.variables.put("BRAINTRUST_ORG_NAME", blank);
		assertThat(settings().apiKey()).isEqualTo(new ApiKey("sk-yml"));
		assertThat(settings().orgName()).isEqualTo("Acme");
	}

	@Test
	void variableOfTheProcessWinsOverAFileOfTheApplicationAsEverywhereInBoot() {
		given("braintrust.projects.support.id", "1");
		given("braintrust.api-key", "sk-yml");
		this.variables.put("BRAINTRUST_API_KEY", "sk-variable");
		assertThat(settings().apiKey()).isEqualTo(new ApiKey("sk-variable"));
	}

	@Test
	void propertyThatIsGivenAboveTheVariablesWinsOverThem() {
		given("braintrust.projects.support.id", "1");
		this.environment.getPropertySources()
			.addFirst(new MapPropertySource("command line", Map.of("braintrust.api-key", "sk-argument")));
		this.variables.put("BRAINTRUST_API_KEY", "sk-variable");
		assertThat(settings().apiKey()).isEqualTo(new ApiKey("sk-argument"));
	}

	@Test
	void variableThatTheApplicationLoadedFromAGenericFileCountsAsAVariable() throws IOException {
		given("braintrust.projects.support.id", "1");
		given("BRAINTRUST_API_KEY", "sk-loaded");
		file("BRAINTRUST_API_KEY=sk-file");
		assertThat(settings().apiKey()).isEqualTo(new ApiKey("sk-loaded"));
	}

	@Test
	void placeholderOfTheVariableLeadsToTheFileToo() throws IOException {
		given("braintrust.projects.support.id", "1");
		given("braintrust.api-key", "${BRAINTRUST_API_KEY}");
		given("braintrust.api-url", "${BRAINTRUST_API_URL}");
		assertThat(settings().apiKey()).isNull();
		assertThat(settings().apiUrl()).hasToString("https://api.braintrust.dev");
		file("BRAINTRUST_API_KEY=sk-file\nBRAINTRUST_API_URL=https://file.example.com");
		assertThat(settings().apiKey()).isEqualTo(new ApiKey("sk-file"));
		assertThat(settings().apiUrl()).hasToString("https://file.example.com");
		this.variables.put("BRAINTRUST_API_KEY", "sk-variable");
		assertThat(settings().apiKey()).isEqualTo(new ApiKey("sk-variable"));
	}

	@Test
	void keyKnowsWhatSetsIt() throws IOException {
		given("braintrust.projects.support-bot.id", "1");
		file("BRAINTRUST_API_KEY=sk-file");
		assertThat(place()).isEqualTo("the variable 'BRAINTRUST_API_KEY' in the nearest .env.braintrust file");
		this.variables.put("BRAINTRUST_API_KEY", "sk-variable");
		assertThat(place()).isEqualTo("the environment variable 'BRAINTRUST_API_KEY'");
		given("braintrust.api-key", "${BRAINTRUST_API_KEY}");
		assertThat(place()).isEqualTo("the environment variable 'BRAINTRUST_API_KEY'");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORTBOT_APIKEY", "sk-own");
		assertThat(place()).isEqualTo("the environment variable 'BRAINTRUST_PROJECTS_SUPPORTBOT_APIKEY'");
		this.environment.getPropertySources()
			.addFirst(new MapPropertySource("command line",
					Map.of("braintrust.projects.support-bot.api-key", "sk-argument")));
		assertThat(place()).isEqualTo("the property 'braintrust.projects.support-bot.api-key'");
	}

	private String place() {
		ApiKey apiKey = settings().apiKey();
		assertThat(apiKey).isNotNull();
		return apiKey.place();
	}

	@Test
	void placeholderOfTheVariableInAProjectIsNotTheDefaultForAll() throws IOException {
		given("braintrust.api-key", "sk-default");
		given("braintrust.projects.support.api-key", "${BRAINTRUST_API_KEY}");
		assertThat(settings().apiKey()).isNull();
		file("BRAINTRUST_API_KEY=sk-file");
		assertThat(settings().apiKey()).isEqualTo(new ApiKey("sk-file"));
	}

	@Test
	void placeholderThatNothingResolvesIsNoKeyAndNoOtherKeyTakesItsPlace() throws IOException {
		given("braintrust.api-key", "sk-default");
		given("braintrust.projects.support.api-key", "${SUPPORT_API_KEY}");
		file("BRAINTRUST_API_KEY=sk-file");
		assertThat(settings().apiKey()).isNull();
		this.variables.put("SUPPORT_API_KEY", "sk-support");
		assertThat(settings().apiKey()).isEqualTo(new ApiKey("sk-support"));
	}

	@Test
	void spacesAroundAnApiKeyAreNotPartOfIt() {
		given("braintrust.projects.support.api-key", " sk-own\n");
		assertThat(settings().apiKey()).isEqualTo(new ApiKey("sk-own"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "sk-s3cret s3cret", "sk-s3cret\nX-Other: s3cret", "sk-s3crét-s3cret",
			"sk-s3cret\u0000s3cret", "sk-s3cret\u007fs3cret", "\"sk-s3cret\"", "'sk-s3cret'" })
	void apiKeyThatCannotBeOneIsRefusedWithoutShowingIt(String value) {
		given("braintrust.projects.support.id", "1");
		given("braintrust.api-key", value);
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(this::resolve)
			.withMessage("The property 'braintrust.api-key' has a value with a space, a line break, a quote or a "
					+ "character that is not ASCII")
			.withNoCause()
			.satisfies((ex) -> assertThat(ex.getAction())
				.isEqualTo("Set it to the API key as Braintrust shows it, without quotes around it."))
			.satisfies((ex) -> assertThat(ex.getProperty()).isEqualTo("braintrust.api-key"))
			.satisfies((ex) -> assertThat(ex.toString() + ex.getAction() + ex.getReason()).doesNotContain("s3cr"));
		given("braintrust.projects.support.api-key", value);
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(this::resolve)
			.withMessageStartingWith("The property 'braintrust.projects.support.api-key' has a value with");
	}

	@Test
	void valueOfAVariableOrOfTheFileThatCannotBeUsedNamesWhereItStands() throws IOException {
		given("braintrust.projects.support.id", "1");
		file("BRAINTRUST_API_KEY=sk-s3cret s3cret\nBRAINTRUST_API_URL=localhost");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(this::resolve)
			.withMessageStartingWith(
					"The variable 'BRAINTRUST_API_KEY' in the nearest .env.braintrust file has a value with")
			.satisfies((ex) -> assertThat(ex.getProperty()).isEqualTo("BRAINTRUST_API_KEY"));
		file("BRAINTRUST_API_KEY=sk-file\nBRAINTRUST_API_URL=localhost");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(this::resolve)
			.withMessageStartingWith("The variable 'BRAINTRUST_API_URL' in the nearest .env.braintrust file is not a");
		this.variables.put("BRAINTRUST_API_KEY", "\"sk-s3cret\"");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(this::resolve)
			.withMessageStartingWith("The environment variable 'BRAINTRUST_API_KEY' has a value with");
	}

	@ParameterizedTest
	@CsvSource({ "https://api.example.com, https://api.example.com",
			"https://api.example.com/, https://api.example.com", "https://api.example.com///, https://api.example.com",
			"' https://api.example.com ', https://api.example.com", "http://localhost:8000, http://localhost:8000",
			"https://example.com/braintrust/, https://example.com/braintrust", "http://[::1]:4318, http://[::1]:4318",
			"HTTPS://example.com, HTTPS://example.com" })
	void urlIsTakenWithoutSlashesAtItsEnd(String value, String expected) {
		given("braintrust.projects.support.api-url", value);
		given("braintrust.app-url", value);
		assertThat(settings().apiUrl()).hasToString(expected);
		assertThat(settings().appUrl()).hasToString(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "localhost:8000", "api.example.com", "//api.example.com", "https://",
			"https:///", "https://:443", "ftp://api.example.com", "file:///tmp", "https://user:s3cret@api.example.com",
			"https://api.example.com?token=s3cret", "https://api.example.com#s3cret", "https://api example.com",
			"https://api.example.com:99999", "/otel" })
	void urlThatIsNoneIsRefusedByTheNameOfTheLevelWhereItStands(String value) {
		given("braintrust.projects.support.api-url", value);
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(this::resolve)
			.withMessage("The property 'braintrust.projects.support.api-url' is not a base URL: it needs the scheme "
					+ "http or https and a host, and no user, query or fragment")
			.satisfies((ex) -> assertThat(ex.getAction())
				.isEqualTo("Set it to a URL such as 'https://api.braintrust.dev', or remove it to use that one."));
		this.properties.clear();
		given("braintrust.projects.support.id", "1");
		given("braintrust.app-url", value);
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(this::resolve)
			.withMessageStartingWith("The property 'braintrust.app-url' is not a base URL")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("'https://www.braintrust.dev'"))
			.satisfies((ex) -> assertThat(ex.toString() + ex.getAction()).doesNotContain("s3cret"));
	}

	@Test
	void urlOfTheFileIsUsedOnlyWithTheKeyOfTheFile(CapturedOutput output) throws IOException {
		given("braintrust.projects.support.id", "1");
		file("BRAINTRUST_API_KEY=sk-file\nBRAINTRUST_API_URL=https://api.example.com\n"
				+ "BRAINTRUST_APP_URL=https://www.example.com");
		assertThat(settings().apiUrl()).hasToString("https://api.example.com");
		assertThat(settings().appUrl()).hasToString("https://www.example.com");
		assertThat(output).doesNotContain("ignored");
		this.variables.put("BRAINTRUST_API_KEY", "sk-variable");
		assertThat(settings().apiUrl()).hasToString("https://api.braintrust.dev");
		assertThat(settings().appUrl()).hasToString("https://www.braintrust.dev");
		assertThat(output)
			.contains("The variable 'BRAINTRUST_API_URL' in the nearest .env.braintrust file is ignored, because the "
					+ "API key is not from the same file.")
			.contains("The variable 'BRAINTRUST_APP_URL' in")
			.doesNotContain("example.com");
		this.variables.clear();
		given("braintrust.projects.support.api-key", "sk-own");
		assertThat(settings().apiUrl()).hasToString("https://api.braintrust.dev");
		this.variables.put("BRAINTRUST_API_URL", "https://variable.example.com");
		assertThat(settings().apiUrl()).hasToString("https://variable.example.com");
	}

	@ParameterizedTest
	@CsvSource({ "api-url, http://api.example.com", "app-url, HTTP://10.0.0.1:8000",
			"api-url, http://localhost.example.com", "api-url, http://127.0.0.1.example.com" })
	void plainHttpToAnotherMachineIsUsedWithAWarningUnlessItIsAllowed(String property, String url,
			CapturedOutput output) {
		given("braintrust.projects.support.api-key", "sk-own");
		given("braintrust." + property, url);
		assertThat(setting(property).apply(settings())).hasToString(url);
		String warning = "The property 'braintrust." + property
				+ "' is a plain HTTP URL, which exposes the API key and the content of spans to the network. Use "
				+ "https, or set 'braintrust.allow-plain-http' to true if you trust the network.";
		assertThat(output).containsOnlyOnce(warning);
		given("braintrust.allow-plain-http", "true");
		assertThat(setting(property).apply(settings())).hasToString(url);
		assertThat(output).containsOnlyOnce(warning);
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://localhost:8000", "http://127.0.0.1", "http://127.1.2.3:80", "http://[::1]:4318",
			"http://LOCALHOST" })
	void plainHttpMayStayOnThisMachine(String url) {
		given("braintrust.projects.support.api-key", "sk-own");
		given("braintrust.api-url", url);
		assertThat(settings().apiUrl()).hasToString(url);
	}

	@Test
	void plainHttpOfTheFileMustBeAllowedByAProperty() throws IOException {
		given("braintrust.projects.support.id", "1");
		file("BRAINTRUST_API_KEY=sk-file\nBRAINTRUST_API_URL=http://api.example.com\nBRAINTRUST_ALLOW_PLAIN_HTTP=true");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(this::resolve)
			.withMessageStartingWith(
					"The variable 'BRAINTRUST_API_URL' in the nearest .env.braintrust file is a " + "plain HTTP URL");
	}

	@ParameterizedTest
	@ValueSource(doubles = { 0.0, 0.1, 1.0 })
	void probabilityFromZeroToOneIsTaken(double value) {
		given("braintrust.projects.support.sampling.probability", value);
		assertThat(settings().samplingProbability()).isEqualTo(value);
	}

	@ParameterizedTest
	@ValueSource(strings = { "-0.01", "1.01", "10", "NaN", "Infinity" })
	void probabilityOutsideIsRefusedByTheNameOfTheLevelWhereItStands(String value) {
		given("braintrust.projects.support.id", "1");
		given("braintrust.sampling.probability", value);
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(this::resolve)
			.withMessage("The property 'braintrust.sampling.probability' is not a number from 0.0 to 1.0")
			.satisfies((ex) -> assertThat(ex.getAction())
				.isEqualTo("Set it to the share of traces to record: 1.0 for all, 0.1 for a tenth."));
		given("braintrust.projects.support.sampling.probability", value);
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(this::resolve)
			.withMessageStartingWith("The property 'braintrust.projects.support.sampling.probability' is not");
		given("braintrust.projects.support.sampling.probability", 0.5);
		assertThat(settings().samplingProbability()).isEqualTo(0.5);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0s", "-1s", "0" })
	void timeoutThatIsNotPositiveIsRefusedByTheNameOfTheLevelWhereItStands(String value) {
		given("braintrust.projects.support.id", "1");
		given("braintrust.export.timeout", value);
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(this::resolve)
			.withMessage("The property 'braintrust.export.timeout' is not a positive duration")
			.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo("Set it to a duration such as '10s'."));
		given("braintrust.projects.support.export.timeout", value);
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(this::resolve)
			.withMessageStartingWith("The property 'braintrust.projects.support.export.timeout' is not");
	}

	@Test
	void noProjectIsNoSettings() {
		given("braintrust.api-key", "sk-default");
		assertThat(resolve()).isEmpty();
	}

	@Test
	void secretIsShownByNoSettings() {
		given("braintrust.projects.support.api-key", "sk-s3cret");
		ProjectSettings settings = settings();
		assertThat(settings.isOn()).isTrue();
		assertThat(settings.apiKey()).hasToString("******");
		assertThat(settings.toString()).contains("support").doesNotContain("s3cret");
	}

	@Test
	void variablesThatAreBlankOnBothLevelsHideNoProperty() {
		ProjectSettings settings = new SettingsSource(null).property("braintrust.projects.support.name", "Support")
			.property("braintrust.org-name", "acme")
			.property("braintrust.export.endpoint", "http://collector:4318/v1/traces")
			.variable("BRAINTRUST_ORGNAME", "")
			.variable("BRAINTRUST_PROJECTS_SUPPORT_ORGNAME", "")
			.variable("BRAINTRUST_EXPORT_ENDPOINT", "")
			.variable("BRAINTRUST_PROJECTS_SUPPORT_EXPORT_ENDPOINT", "")
			.settings();
		assertThat(settings.orgName()).isEqualTo("acme");
		assertThat(settings.export().endpoint()).hasToString("http://collector:4318/v1/traces");
	}

	@Test
	void secretIsShownByNoRecordOfProperties() {
		for (String level : List.of("braintrust", "braintrust.projects.support")) {
			given(level + ".api-key", "s3cret");
			given(level + ".api-url", "https://user:s3cret@api.example.com");
			given(level + ".app-url", "https://user:s3cret@app.example.com");
			given(level + ".export.endpoint", "https://collector.example.com/v1/traces?token=s3cret");
			given(level + ".export.headers.x-token", "s3cret");
			given(level + ".export.proxy.host", "http://user:s3cret@proxy.example.com");
			given(level + ".export.proxy.username", "s3cret");
			given(level + ".export.proxy.password", "s3cret");
		}
		List<Record> records = new ArrayList<>();
		addRecords(bound(), records);
		addRecords(bound().projects().get("support"), records);
		assertThat(records).hasSize(18).allSatisfy((each) -> assertThat(each.toString()).doesNotContain("s3cret"));
	}

	private static void addRecords(Object value, List<Record> records) {
		if (value instanceof Record group) {
			records.add(group);
			for (RecordComponent component : group.getClass().getRecordComponents()) {
				addRecords(ReflectionUtils.invokeMethod(component.getAccessor(), group), records);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "id", "name" })
	void placeholderThatNothingResolvesIsNoProjectToSendTo(String property) {
		given("braintrust.projects.support." + property, "${NO_SUCH_VARIABLE}");
		// If nothing is sent, the application starts without the variable.
		assertThat(settings().isOn()).isFalse();
		given("braintrust.api-key", "sk-default");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(this::resolve)
			.withMessage(
					"The property 'braintrust.projects.support." + property + "' has a '${...}' that nothing resolves");
		given("braintrust.projects.support.enabled", "false");
		assertThat(settings().isOn()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "api-url", "app-url", "org-name" })
	void placeholderThatNothingResolvesStopsOnlyAProjectThatIsOn(String property) {
		given("braintrust.projects.support.id", "1");
		given("braintrust.api-key", "sk-default");
		given("braintrust." + property, "${NO_SUCH_VARIABLE}");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class).isThrownBy(this::resolve)
			.withMessage("The property 'braintrust." + property + "' has a '${...}' that nothing resolves");
		given("braintrust.projects.support.enabled", "false");
		assertThat(settings().isOn()).isFalse();
		assertThat(settings().apiUrl()).isEqualTo(URI.create("https://api.braintrust.dev"));
	}

	@Test
	void nameOfTheOrganizationIsStripped() {
		given("braintrust.projects.support.org-name", " Acme Corp ");
		assertThat(settings().orgName()).isEqualTo("Acme Corp");
	}

	@Test
	void projectThatIsSwitchedOffIsOffWithAKeyToo() {
		given("braintrust.projects.support.api-key", "sk-own");
		given("braintrust.projects.support.enabled", "false");
		assertThat(settings().isOn()).isFalse();
	}

	@Test
	void environmentIsLeftAsItIs() throws IOException {
		given("braintrust.projects.support.id", "1");
		this.variables.put("BRAINTRUST_API_URL", "https://variable.example.com");
		file("BRAINTRUST_API_KEY=sk-file\nBRAINTRUST_ORG_NAME=Acme");
		assertThat(settings().apiKey()).isEqualTo(new ApiKey("sk-file"));
		assertThat(this.variables).isEqualTo(Map.of("BRAINTRUST_API_URL", "https://variable.example.com"));
		assertThat(this.properties).isEqualTo(Map.of("braintrust.projects.support.id", "1"));
		assertThat(this.environment.getProperty("BRAINTRUST_API_KEY")).isNull();
		assertThat(System.getenv("BRAINTRUST_ORG_NAME")).isNotEqualTo("Acme");
	}

	private Function<ProjectSettings, Object> setting(String property) {
		return switch (property) {
			case "api-key" -> (settings) -> (settings.apiKey() != null) ? settings.apiKey().value() : "none";
			case "api-url" -> ProjectSettings::apiUrl;
			case "app-url" -> ProjectSettings::appUrl;
			default -> ProjectSettings::orgName;
		};
	}

	private void given(String name, Object value) {
		this.properties.put(name, value);
	}

	private void file(String text) throws IOException {
		Files.writeString(this.directory.resolve(".env.braintrust"), text);
	}

	private ProjectSettings settings() {
		List<ProjectSettings> settings = resolve();
		assertThat(settings).hasSize(1);
		return settings.get(0);
	}

	private List<ProjectSettings> resolve() {
		return new ProjectSettingsResolver(bound(), this.environment, new DotEnvFile(this.directory)).resolve();
	}

	private BraintrustProperties bound() {
		return ProjectKeys.bindAll(this.environment);
	}

}
