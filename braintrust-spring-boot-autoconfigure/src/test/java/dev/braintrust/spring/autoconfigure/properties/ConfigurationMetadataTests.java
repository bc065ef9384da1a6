package dev.braintrust.spring.autoconfigure.properties;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.braintrust.spring.settings.ProjectSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the generated metadata that editors show. It only has one entry for the map of
 * projects, because the annotation processor ignores the values of maps.
 */
public class ConfigurationMetadataTests {

	private static final String LOCATION = "META-INF/spring-configuration-metadata.json";

	private static final JsonNode METADATA = read();

	@ParameterizedTest
	@MethodSource("properties")
	void descriptionFollowsTheGrammarOfSpringBoot(JsonNode property) {
		String description = property.path("description").asString("");
		assertThat(description).as("description of %s", name(property)).isNotBlank();
		assertThat(description).as(name(property))
			.matches("(?s)[A-Z].*\\.")
			.doesNotStartWithIgnoringCase("the ")
			.doesNotStartWithIgnoringCase("a ")
			.doesNotStartWithIgnoringCase("an ")
			.doesNotContain("  ", "\n", "{@", "<");
		assertThat(description.startsWith("Whether ")).as(name(property))
			.isEqualTo(property.path("type").asString().equals("java.lang.Boolean"));
	}

	@ParameterizedTest
	@MethodSource("properties")
	void descriptionDoesNotRepeatTheDefault(JsonNode property) {
		String description = property.path("description").asString("");
		assertThat(description).as(name(property)).doesNotContainIgnoringCase("default");
		if (property.path("defaultValue").isString()) {
			assertThat(description).as(name(property)).doesNotContain(property.path("defaultValue").asString());
		}
	}

	@ParameterizedTest
	@MethodSource({ "properties", "groups" })
	void everythingIsOursAndHasAType(JsonNode item) {
		assertThat(name(item)).matches("(management\\.endpoint\\.)?braintrust(\\.[a-z]+(-[a-z]+)*)*");
		assertThat(item.path("type").asString("")).as("type of %s", name(item)).isNotBlank();
		assertThat(item.path("sourceType").asString("")).as("source of %s", name(item))
			.startsWith("dev.braintrust.spring.");
	}

	@Test
	void everyPropertyThatHasADefaultShowsIt() {
		assertThat(properties().filter((property) -> property.path("defaultValue").isMissingNode()))
			.extracting(ConfigurationMetadataTests::name)
			.containsExactlyInAnyOrder("braintrust.api-key", "braintrust.capture.max-field-size",
					"braintrust.capture.provider", "braintrust.console.allowed-hosts", "braintrust.console.port",
					"braintrust.default-project", "braintrust.environment.name", "braintrust.environment.type",
					"braintrust.evals.limit", "braintrust.evals.progress", "braintrust.evals.remote.allowed-origins",
					"braintrust.evals.report-dir", "braintrust.evals.sample", "braintrust.evals.send",
					"braintrust.evals.trials", "braintrust.export.endpoint", "braintrust.export.headers",
					"braintrust.export.proxy.host", "braintrust.export.proxy.password", "braintrust.export.proxy.port",
					"braintrust.export.proxy.username", "braintrust.export.ssl.bundle", "braintrust.org-name",
					"braintrust.projects", "braintrust.prompts.enabled");
	}

	@Test
	void defaultsThatAreShownAreThoseThatApply() {
		Map<String, Object> shown = new LinkedHashMap<>();
		properties().filter((property) -> property.has("defaultValue"))
			.forEach((property) -> shown.put(name(property), property.path("defaultValue").asString()));
		assertThat(shown).hasSizeGreaterThan(8);
		assertThat(resolve(shown)).isEqualTo(resolve(Map.of()));
		SharedExportProperties export = bind(shown).export();
		SharedExportProperties defaults = bind(Map.of()).export();
		assertThat(export).usingRecursiveComparison()
			.comparingOnlyFields("maxQueueSize", "maxQueueSpans", "maxRequestSize", "maxSpanSize", "shutdownTimeout")
			.isEqualTo(defaults);
		assertThat(bind(Map.of()).strict()).isEqualTo(Boolean.valueOf((String) shown.get("braintrust.strict")));
	}

	private static List<ProjectSettings> resolve(Map<String, Object> defaults) {
		Map<String, Object> given = new LinkedHashMap<>(defaults);
		given.put("braintrust.projects.support.id", "s-1");
		return new ProjectSettingsResolver(bind(given), new MockEnvironment(), new DotEnvFile(null)).resolve();
	}

	private static BraintrustProperties bind(Map<String, Object> given) {
		return new Binder(new MapConfigurationPropertySource(given)).bindOrCreate("braintrust",
				Bindable.of(BraintrustProperties.class));
	}

	@Test
	void everyPropertyStandsInTheTableOfTheDocumentationAndNothingElseDoes() throws IOException {
		Set<String> documented = documented();
		// Boot's own properties of each endpoint are not listed.
		Set<String> known = properties().map(ConfigurationMetadataTests::name)
			.filter((name) -> name.startsWith("braintrust."))
			.map((name) -> name.substring("braintrust.".length()))
			.filter((name) -> !name.equals("projects"))
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(known).isSubsetOf(documented);
		known.addAll(List.of("name", "id"));
		assertThat(documented).isSubsetOf(known);
	}

	@Test
	void everyDefaultStandsInTheTableOfTheDocumentation() throws IOException {
		String page = page();
		properties().filter((property) -> name(property).startsWith("braintrust.") && property.has("defaultValue"))
			.forEach((property) -> assertThat(page).containsPattern("(?m)^\\| `"
					+ Pattern.quote(name(property).substring("braintrust.".length())) + "` \\| \\w+ \\| \\w+ \\| `"
					+ Pattern.quote(property.path("defaultValue").asString()) + "(?:\\.0)?`"));
	}

	private static Set<String> documented() throws IOException {
		Pattern row = Pattern.compile("^\\| (`[^|]+`) \\| (?:yes|no) \\| (?:yes|no) \\|", Pattern.MULTILINE);
		return row.matcher(page())
			.results()
			.flatMap((match) -> Stream.of(match.group(1).replace("`", "").split(", ")))
			.map((name) -> name.replace(".*", ""))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static String page() throws IOException {
		Path directory = Path.of("").toAbsolutePath();
		while (!Files.exists(directory.resolve("mvnw"))) {
			directory = directory.getParent();
		}
		return Files.readString(directory.resolve("docs/configuration.md"));
	}

	public static Stream<JsonNode> properties() {
		return METADATA.path("properties").valueStream();
	}

	static Stream<JsonNode> groups() {
		return METADATA.path("groups").valueStream();
	}

	private static String name(JsonNode item) {
		return item.path("name").asString();
	}

	private static JsonNode read() {
		URL classes = BraintrustProperties.class.getProtectionDomain().getCodeSource().getLocation();
		try (InputStream input = URI.create(classes + LOCATION).toURL().openStream()) {
			return JsonMapper.shared().readTree(input);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
