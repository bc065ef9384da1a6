package dev.braintrust.spring.autoconfigure.properties;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.convert.ConverterNotFoundException;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ProjectKeys} with real environments: YAML as Boot loads it, and a
 * system environment as Boot maps it. Invalid keys are tested in the form in which Spring
 * delivers them.
 */
class ProjectKeysTests {

	private final Map<String, Object> variables = new LinkedHashMap<>();

	private final StandardEnvironment environment = new StandardEnvironment();

	@BeforeEach
	void prepare() {
		this.environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, this.variables));
		ConfigurationPropertySources.attach(this.environment);
	}

	@Test
	void keysComeInTheOrderOfTheirDeclaration() {
		yaml("""
				braintrust:
				  projects:
				    support-bot-2:
				      name: Support
				    research:
				      id: r-1
				    4u:
				      api-key: sk-4u
				""");
		assertThat(ProjectKeys.read(this.environment).keys()).containsExactly("support-bot-2", "research", "4u");
	}

	@Test
	void noProjectIsNoKey() {
		yaml("braintrust.api-key: sk-default");
		assertThat(ProjectKeys.read(this.environment).keys()).isEmpty();
	}

	@Test
	void projectsWithNothingBelowAreNoKey() {
		yaml("""
				braintrust:
				  projects:
				#   support:
				#     name: Support
				""");
		assertThat(ProjectKeys.read(this.environment).keys()).isEmpty();
		assertThat(bound().projects()).isEmpty();
	}

	@Test
	void projectsOfAnotherFileCountWhereOneHasNothingBelow() {
		yaml("braintrust: {projects: }");
		yaml("braintrust: {projects: {support: {id: s-1}}}");
		assertThat(ProjectKeys.read(this.environment).keys()).containsExactly("support");
		assertThat(bound().projects().get("support").id()).isEqualTo("s-1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "braintrust: {projects: {support: , research: }}",
			"braintrust: {projects: {support: {}, research: {}}}" })
	void keyAloneDeclaresAProject(String yaml) {
		yaml(yaml);
		assertThat(ProjectKeys.read(this.environment).keys()).containsExactly("support", "research");
		assertThat(bound().projects().get("support").name()).isNull();
	}

	@Test
	void keyAloneInOneFileDoesNotHideThePropertiesInOthers() {
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORT_API_KEY", "sk-support");
		yaml("braintrust: {projects: {support: , support-bot: }}");
		yaml("braintrust: {projects: {support: {id: s-1}}}");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORT_BOT_ID", "b-1");
		assertThat(ProjectKeys.read(this.environment).keys()).containsExactly("support", "support-bot");
		assertThat(bound().projects().get("support").apiKey()).isEqualTo("sk-support");
		assertThat(bound().projects().get("support").id()).isEqualTo("s-1");
		assertThat(bound().projects().get("support-bot").id()).isEqualTo("b-1");
	}

	@Test
	void keyAloneIsKeptBesideAVariableOfALongerKey() {
		yaml("braintrust: {projects: {support: , support-bot: }}");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORT_BOT_ID", "b-1");
		assertThat(ProjectKeys.read(this.environment).keys()).containsExactly("support", "support-bot");
		assertThat(bound().projects().get("support").id()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "Support_Bot, braintrust.projects.Support_Bot.name, support-bot",
			"support_bot, braintrust.projects.support_bot.name, support-bot",
			"SUPPORT, braintrust.projects.SUPPORT.name, support",
			"supportBot, braintrust.projects.supportBot.name, support-bot",
			"support bot, braintrust.projects.support bot.name, support-bot",
			"-support, braintrust.projects.-support.name, support",
			"support-, braintrust.projects.support-.name, support",
			"support--bot, braintrust.projects.support--bot.name, support-bot",
			"b\u00fccher, braintrust.projects.b\u00fccher.name, b-cher",
			"\u652f\u63f4, braintrust.projects.\u652f\u63f4.name, my-agent",
			"support/eu, braintrust.projects.support/eu.name, support-eu" })
	void keyThatIsMalformedIsRefusedAsItIsWritten(String key, String property, String suggestion) {
		yaml("braintrust: {projects: {'" + key + "': {name: x}}}");
		refused(property,
				"The property '" + property + "' has the project key '" + key
						+ "', which is not made of lower-case letters, digits and single dashes between them",
				"Rename the key, for example to '" + suggestion
						+ "'. What Braintrust shows can be any text and is set by 'braintrust.projects." + suggestion
						+ ".name'.");
	}

	@ParameterizedTest
	@CsvSource({ "[Support Bot], Support Bot", "[support.bot], support.bot", "[support_bot], support_bot",
			"[Support], Support" })
	void keyInBracketsIsCheckedToo(String written, String key) {
		yaml("braintrust: {projects: {'" + written + "': {name: x}}}");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class)
			.isThrownBy(() -> ProjectKeys.read(this.environment))
			.withMessageStartingWith(
					"The property 'braintrust.projects" + written + ".name' has the project key '" + key + "', which");
	}

	@Test
	void keyInBracketsIsTheSameAsWithout() {
		yaml("braintrust: {projects: {'[support-bot]': {name: x}, '[research]': {name: y}}}");
		yaml("braintrust: {projects: {research: {id: r-1}}}");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORT_BOT_ID", "b-1");
		assertThat(ProjectKeys.read(this.environment).keys()).containsExactly("support-bot", "research");
		assertThat(bound().projects().get("support-bot").id()).isEqualTo("b-1");
		assertThat(bound().projects().get("research").id()).isEqualTo("r-1");
	}

	@Test
	void keyWithDashesOnceInBracketsAndOnceWithoutIsRefused() {
		yaml("braintrust: {projects: {support-bot: {id: 1}}}");
		yaml("braintrust: {projects: {'[support-bot]': {name: x}}}");
		refused("braintrust.projects[support-bot].name",
				"The property 'braintrust.projects[support-bot].name' has the project key in brackets, and "
						+ "'braintrust.projects.support-bot.id' has it without",
				"Remove the brackets: if both occur, one hides the other.");
	}

	@Test
	void keyThatIsANumberIsAKey() {
		yaml("braintrust: {projects: {7: {name: x}}}");
		assertThat(ProjectKeys.read(this.environment).keys()).containsExactly("7");
	}

	@ParameterizedTest
	@CsvSource({ "'', braintrust.projects..name", "[], braintrust.projects[].name" })
	void emptyKeyIsRefused(String key, String property) {
		yaml("braintrust: {projects: {'" + key + "': {name: x}}}");
		refused(property, "The property '" + property + "' has no project key",
				"Put the key of a project after 'braintrust.projects', for example "
						+ "'braintrust.projects.my-agent.name'.");
	}

	@ParameterizedTest
	@CsvSource({ "'{name: x}', braintrust.projects.name", "'{api-key: sk-1}', braintrust.projects.api-key",
			"support, braintrust.projects", "'{support: true}', braintrust.projects.support",
			"'{support: {capture: none}}', braintrust.projects.support.capture",
			"'{support: {export: {ssl: corporate}}}', braintrust.projects.support.export.ssl",
			"'{support: {sampling: 0.5}}', braintrust.projects.support.sampling",
			"'{support: {correlation: true}}', braintrust.projects.support.correlation" })
	void textWhereAProjectBelongsIsRefused(String projects, String property) {
		yaml("braintrust: {projects: " + projects + "}");
		refused(property, "The property '" + property + "' has a text as its value instead of properties below it",
				"Write the properties below it. The name of a project, for example, is set by "
						+ "'braintrust.projects.<key>.name'.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "export: {ssl: corporate}", "sampling: 0.5", "correlation: true", "capture: none" })
	void textWhereAGroupOfAllProjectsBelongsIsRefused(String group) {
		yaml("braintrust: {" + group + "}");
		assertThatExceptionOfType(BindException.class).isThrownBy(this::bound)
			.withMessageContaining("'braintrust." + group.replace(": {", ".").replaceAll(":.*", "") + "'")
			.withRootCauseInstanceOf(ConverterNotFoundException.class);
	}

	@Test
	void groupWithNothingBelowHidesNoVariable() {
		yaml("""
				braintrust:
				  sampling:
				  export:
				    ssl:
				    #  bundle: other
				  projects:
				    support:
				      export:
				        ssl:
				    research:
				""");
		this.variables.put("BRAINTRUST_EXPORT_SSL_BUNDLE", "corporate");
		this.variables.put("BRAINTRUST_SAMPLING_PROBABILITY", "0.5");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORT_EXPORT_SSL_BUNDLE", "own");
		BraintrustProperties bound = bound();
		assertThat(bound.export().ssl().bundle()).isEqualTo("corporate");
		assertThat(bound.sampling().probability()).isEqualTo(0.5);
		assertThat(bound.projects().get("support").export().ssl().bundle()).isEqualTo("own");
		assertThat(bound.projects().get("research").export().ssl().bundle()).isNull();
	}

	@Test
	void textIsShortForTheNameOfAProject() {
		yaml("braintrust: {projects: {support: Support Agent, research: Research, 7: Seven}}");
		yaml("braintrust: {projects: {research: {id: r-1, name: hidden}}}");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORT_APIKEY", "sk-support");
		assertThat(ProjectKeys.read(this.environment).keys()).containsExactly("support", "research", "7");
		assertThat(ProjectKeys.read(this.environment).names()).containsExactly(Map.entry("support", "Support Agent"),
				Map.entry("research", "Research"), Map.entry("7", "Seven"));
		assertThat(bound().projects().get("support").name()).isEqualTo("Support Agent");
		assertThat(bound().projects().get("support").apiKey()).isEqualTo("sk-support");
		assertThat(bound().projects().get("research").name()).isEqualTo("Research");
		assertThat(bound().projects().get("research").id()).isEqualTo("r-1");
	}

	@Test
	void nameThatIsNearerHidesTheShortForm() {
		yaml("braintrust: {projects: {support: {name: Near}, '[support-bot]': '${near:Bot} 2'}}");
		yaml("braintrust: {projects: {support: Far}}");
		assertThat(bound().projects().get("support").name()).isEqualTo("Near");
		assertThat(bound().projects().get("support-bot").name()).isEqualTo("Bot 2");
		// A new source, because Boot caches the variables of a process, which do
		// not change.
		this.environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
							Map.of("BRAINTRUST_PROJECTS_SUPPORT", "Nearest", "BRAINTRUST_PROJECTS_SUPPORTBOT_NAME",
									"Nearest Bot")));
		assertThat(bound().projects().get("support").name()).isEqualTo("Nearest");
		assertThat(bound().projects().get("support-bot").name()).isEqualTo("Nearest Bot");
		assertThat(ProjectKeys.read(this.environment).keys()).containsExactly("support", "support-bot");
	}

	@ParameterizedTest
	@CsvSource({ "'[support, research]', braintrust.projects[0]",
			"'[{name: Support}, {name: Research}]', braintrust.projects[0].name",
			"'[{support: Support}]', braintrust.projects[0].support" })
	void listIsRefused(String projects, String property) {
		yaml("braintrust: {projects: " + projects + "}");
		refused(property, "The property '" + property + "' is in a list, but projects need keys",
				"Replace each dash with the key of the project and a colon, as in "
						+ "'braintrust.projects.my-agent.name'. The key is what '@BraintrustProject(\"my-agent\")' "
						+ "refers to.");
	}

	@Test
	void valueThatCannotBeConvertedIsLeftToBootsOwnMessage() {
		yaml("braintrust: {projects: {support: {enabled: perhaps}}}");
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> ProjectKeys.read(this.environment))
			.withMessageContaining("braintrust.projects.support.enabled");
	}

	@Test
	void keyWithADotIsRefused() {
		yaml("braintrust: {projects: {support.bot: {name: x}, research: {name: y}}}");
		refused("braintrust.projects.support.bot.name",
				"The property 'braintrust.projects.support.bot.name' does not declare the project 'support': "
						+ "it is unknown or has no value",
				"Check its spelling, or set another property of the project, such as "
						+ "'braintrust.projects.support.name'."
						+ " If 'support.bot' is meant to be the key, write 'support-bot': a key has no dots.");
	}

	@ParameterizedTest
	@CsvSource({ "nmae, x, braintrust.projects.support.name", "api-kye, x, braintrust.projects.support.api-key",
			"something, x,", "enabled, ''," })
	void keyThatNothingDeclaresIsRefused(String property, String value, String nearest) {
		yaml("braintrust: {projects: {support: {" + property + ": " + value + "}}}");
		String name = "braintrust.projects.support." + property;
		refused(name,
				"The property '" + name + "' does not declare the project 'support': it is unknown or has no value",
				((nearest != null) ? "Did you mean '" + nearest + "'? If not," : "Check its spelling, or")
						+ " set another property of the project, such as 'braintrust.projects.support.name'.");
	}

	@Test
	void propertyThatIsNotKnownIsIgnoredInAProjectThatIsDeclared() {
		yaml("braintrust: {projects: {support: {nmae: x, id: 1}}}");
		assertThat(ProjectKeys.read(this.environment).keys()).containsExactly("support");
	}

	@ParameterizedTest
	@CsvSource({ "support-bot, supportbot", "supportbot, support-bot", "sup-portbot, support-bot" })
	void twoFormsOfOneKeyAreRefused(String one, String another) {
		yaml("braintrust: {projects: {" + one + ": {name: x}, " + another + ": {id: 1}}}");
		twoFormsAreRefused(one, another);
	}

	@Test
	void twoFormsOfOneKeyInTwoFilesAreRefused() {
		yaml("braintrust: {projects: {supportbot: {name: x}}}");
		yaml("braintrust: {projects: {'[support-bot]': {id: 1}}}");
		twoFormsAreRefused("supportbot", "support-bot");
	}

	@Test
	void twoFormsOfOneKeyAreRefusedBesideAVariable() {
		yaml("braintrust: {projects: {support-bot: {name: x}, supportbot: {id: 1}}}");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORTBOT_ORGNAME", "Acme");
		twoFormsAreRefused("supportbot", "support-bot");
	}

	private void twoFormsAreRefused(String one, String another) {
		refused("braintrust.projects." + another,
				"The property 'braintrust.projects." + another + "' has a key that differs from 'braintrust.projects."
						+ one + "' only in dashes",
				"Use one form of the key for one project, or keys that differ in letters or digits.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "support-bot", "'[support-bot]'", "s-upport-b-ot" })
	void variableInBootsSpellingIsAPropertyOfTheDeclaredKey(String declared) {
		yaml("braintrust: {projects: {" + declared + ": {id: yaml, name: Support}, research: {id: r-1}}}");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORTBOT_ID", "variable");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORTBOT_APIKEY", "sk-bot");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORTBOT_EXPORT_TIMEOUT", "3s");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORTBOT_CAPTURE_MAXFIELDSIZE", "2KB");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORTBOT_EXPORT_HEADERS_TEAM", "a");
		String key = declared.replaceAll("['\\[\\]]", "");
		assertThat(ProjectKeys.read(this.environment).keys()).containsExactly(key, "research");
		assertThat(bound().projects()).containsOnlyKeys(key, "research");
		ProjectProperties project = bound().projects().get(key);
		assertThat(project.id()).isEqualTo("variable");
		assertThat(project.name()).isEqualTo("Support");
		assertThat(project.apiKey()).isEqualTo("sk-bot");
		assertThat(project.export().timeout()).hasSeconds(3);
		assertThat(project.export().headers()).containsOnly(Map.entry("team", "a"));
		assertThat(project.capture().maxFieldSize()).hasToString("2048B");
	}

	@ParameterizedTest
	@ValueSource(strings = { "support-bot", "'[support-bot]'" })
	void headersOfAFileAndOfVariablesApplyTogether(String declared) {
		yaml("braintrust: {projects: {" + declared + ": {export: {headers: {team: file, region: eu}}}}}");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORTBOT_EXPORT_HEADERS_TEAM", "variable");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORTBOT_EXPORT_HEADERS_AREA", "sales");
		assertThat(bound().projects().get("support-bot").export().headers()).containsOnly(Map.entry("team", "variable"),
				Map.entry("region", "eu"), Map.entry("area", "sales"));
	}

	@Test
	void variableInLowerCaseIsAPropertyOfTheDeclaredKeyToo() {
		yaml("braintrust: {projects: {support-bot: }}");
		this.variables.put("braintrust_projects_supportbot_id", "1");
		assertThat(ProjectKeys.read(this.environment).keys()).containsExactly("support-bot");
		assertThat(bound().projects().get("support-bot").id()).isEqualTo("1");
	}

	@Test
	void variablesOfAFurtherSystemEnvironmentAreTakenAlike() {
		yaml("braintrust: {projects: {support-bot: {name: x}}}");
		this.environment.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
					Map.of("BRAINTRUST_PROJECTS_SUPPORTBOT_ID", "1")));
		assertThat(ProjectKeys.read(this.environment).keys()).containsExactly("support-bot");
		assertThat(bound().projects().get("support-bot").id()).isEqualTo("1");
	}

	@Test
	void variablesInBothSpellingsAreOneProject() {
		yaml("braintrust: {projects: {support-bot: {name: x}}}");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORTBOT_ID", "boot");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORT_BOT_APIKEY", "legacy");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORT_BOT_API_KEY", "sk-bot");
		assertThat(ProjectKeys.read(this.environment).keys()).containsExactly("support-bot");
		assertThat(bound().projects().get("support-bot").id()).isEqualTo("boot");
		assertThat(bound().projects().get("support-bot").apiKey()).isEqualTo("sk-bot");
	}

	@Test
	void variablesAloneDeclareAKeyWithoutDashes() {
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORTBOT_ID", "1");
		assertThat(ProjectKeys.read(this.environment).keys()).containsExactly("supportbot");
	}

	@Test
	void variableWithAnUnderscoreForEachDashMakesNoKeyOfItsOwn() {
		yaml("braintrust: {projects: {support: {name: x}, support-bot: {name: y}}}");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORT_API_KEY", "sk-support");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORT_BOT_ID", "b-1");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORT_BOT_API_KEY", "sk-bot");
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORT_BOT_EXPORT_TIMEOUT", "3s");
		assertThat(ProjectKeys.read(this.environment).keys()).containsExactly("support", "support-bot");
		assertThat(bound().projects().get("support").apiKey()).isEqualTo("sk-support");
		assertThat(bound().projects().get("support").id()).isNull();
		assertThat(bound().projects().get("support-bot").id()).isEqualTo("b-1");
		assertThat(bound().projects().get("support-bot").apiKey()).isEqualTo("sk-bot");
		assertThat(bound().projects().get("support-bot").export().timeout()).hasSeconds(3);
	}

	@Test
	void variableAloneDeclaresAProject() {
		this.variables.put("BRAINTRUST_PROJECTS_SUPPORT_ID", "s-1");
		assertThat(ProjectKeys.read(this.environment).keys()).containsExactly("support");
		assertThat(bound().projects().get("support").id()).isEqualTo("s-1");
	}

	@Test
	void keysOfPropertiesThatAreGivenInOtherWaysAreCheckedToo() {
		this.environment.getPropertySources()
			.addFirst(new MapPropertySource("command line", Map.of("braintrust.projects.Support.name", "x")));
		yaml("braintrust: {projects: {support: {name: x}}}");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class)
			.isThrownBy(() -> ProjectKeys.read(this.environment))
			.withMessageContaining("'Support'");
	}

	private void refused(String property, String message, String action) {
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class)
			.isThrownBy(() -> ProjectKeys.read(this.environment))
			.withMessage(message)
			.satisfies((ex) -> assertThat(ex.getAction()).isEqualTo(action))
			.satisfies((ex) -> assertThat(ex.getProperty()).isEqualTo(property));
	}

	private BraintrustProperties bound() {
		return ProjectKeys.bindAll(this.environment);
	}

	private void yaml(String text) {
		try {
			String name = "file " + this.environment.getPropertySources().size();
			for (PropertySource<?> source : new YamlPropertySourceLoader().load(name,
					new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8)))) {
				this.environment.getPropertySources().addLast(source);
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
