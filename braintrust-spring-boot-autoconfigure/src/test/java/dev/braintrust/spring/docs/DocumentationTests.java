package dev.braintrust.spring.docs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

import dev.braintrust.spring.autoconfigure.properties.UnknownProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.env.PropertySourceLoader;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that each Java block in the documentation is, line by line, a part of a compiled
 * source file of the tests or the sample, that all settings exist, and that no link is
 * broken.
 */
class DocumentationTests {

	private static final Pattern ANY_BLOCK = Pattern.compile("^```(\\w*)\\R(.*?)^```",
			Pattern.DOTALL | Pattern.MULTILINE);

	// Matches Java, XML, YAML and properties, but not program output.
	private static final Pattern CODE = Pattern.compile(
			"(?m)^\\s*@[A-Z]\\w+(?:\\(.*\\))?$|[;{]$|^\\s*</?\\w+>|^[a-z][\\w.-]*:(?: \\S+)?$|^[a-z][\\w-]*\\.[\\w.-]*=");

	private static final Pattern DEPENDENCY = Pattern
		.compile("<artifactId>([\\w-]+)</artifactId>\\s*<version>([^<]+)</version>");

	private static final Pattern FENCED = Pattern.compile("^```.*?^```", Pattern.DOTALL | Pattern.MULTILINE);

	// Removed, because a source file has more imports in another order.
	private static final Pattern IMPORT = Pattern.compile("(?m)^(?:import|package) .*;\\R");

	private static final Pattern SETTING = Pattern.compile("`(?:-D)?(braintrust\\.[\\w.-]+)(?:=|: )([^`]*)`");

	private static final Pattern LINK = Pattern.compile("(?<!!)\\[[^\\]]*]\\(([^)\\s]+)\\)");

	private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);

	static Stream<Path> documents() throws IOException {
		List<Path> documents = new ArrayList<>(List.of(root().resolve("README.md")));
		try (Stream<Path> docs = Files.list(root().resolve("docs"))) {
			docs.filter((file) -> file.toString().endsWith(".md")).forEach(documents::add);
		}
		return documents.stream();
	}

	@ParameterizedTest
	@MethodSource("documents")
	void everyJavaBlockStandsInACompiledFile(Path document) throws IOException {
		List<String> sources = sources(".java");
		for (String java : blocks(document, "java")) {
			String code = normalize(IMPORT.matcher(java).replaceAll(""));
			List<String> imports = IMPORT.matcher(java).results().map(MatchResult::group).map(String::strip).toList();
			assertThat(code + imports).as(java).hasSizeGreaterThan(10);
			assertThat(sources.stream()
				.anyMatch((source) -> (code.isBlank() || source.contains(code))
						&& imports.stream().allMatch((line) -> source.contains("\n" + line + "\n"))))
				.as("a source with%n%s", java)
				.isTrue();
		}
	}

	@Test
	void everyKotlinBlockOfThePageAboutKotlinStandsInACompiledFile() throws IOException {
		List<String> sources = sources(".kt");
		for (String kotlin : blocks(root().resolve("docs/kotlin.md"), "kotlin")) {
			assertThat(sources).as(kotlin).anyMatch((source) -> source.contains(normalize(kotlin)));
		}
	}

	@ParameterizedTest
	@MethodSource("documents")
	void everyLinkWithinTheRepositoryLeadsSomewhere(Path document) throws IOException {
		Matcher matcher = LINK.matcher(FENCED.matcher(Files.readString(document)).replaceAll(""));
		while (matcher.find()) {
			String link = matcher.group(1);
			if (!link.contains("://")) {
				String[] parts = link.split("#", 2);
				Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
				assertThat(target).as(link).exists();
				if (parts.length == 2) {
					assertThat(anchors(target)).as(link).contains(parts[1]);
				}
			}
		}
	}

	@ParameterizedTest
	@MethodSource("documents")
	void everySettingIsKnown(Path document) throws IOException {
		for (String settings : blocks(document, "yaml")) {
			verifyKnown(new YamlPropertySourceLoader(), settings);
		}
		for (String settings : blocks(document, "properties")) {
			verifyKnown(new PropertiesPropertySourceLoader(), settings);
		}
	}

	@ParameterizedTest
	@MethodSource("documents")
	void everySettingInASentenceIsKnown(Path document) throws IOException {
		Matcher setting = SETTING.matcher(FENCED.matcher(Files.readString(document)).replaceAll(""));
		while (setting.find()) {
			verifyKnown(new PropertiesPropertySourceLoader(), setting.group(1) + "=" + setting.group(2));
		}
	}

	private static void verifyKnown(PropertySourceLoader loader, String settings) throws IOException {
		StandardEnvironment environment = new StandardEnvironment();
		loader.load("settings", new ByteArrayResource(settings.getBytes(StandardCharsets.UTF_8)))
			.forEach(environment.getPropertySources()::addLast);
		assertThat(environment.getPropertySources()).as(settings).hasSizeGreaterThan(2);
		assertThat(UnknownProperties.in(environment)).as(settings).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("documents")
	void everyBlockOfCodeNamesItsLanguage(Path document) throws IOException {
		for (String block : blocks(document, "")) {
			assertThat(CODE.matcher(block).find()).as(block).isFalse();
		}
	}

	@ParameterizedTest
	@MethodSource("documents")
	void everyBlockOfXmlAndJsonCanBeRead(Path document) throws Exception {
		for (String xml : blocks(document, "xml")) {
			DocumentBuilderFactory.newInstance()
				.newDocumentBuilder()
				.parse(new ByteArrayInputStream(("<xml>" + xml + "</xml>").getBytes(StandardCharsets.UTF_8)));
		}
		for (String json : blocks(document, "json")) {
			assertThat(JsonMapper.shared().readTree(json).isObject()).as(json).isTrue();
		}
	}

	@ParameterizedTest
	@MethodSource("documents")
	void everyDependencyHasTheVersionOfTheBuild(Path document) throws IOException {
		String build = Files.readString(root().resolve("pom.xml"));
		for (String xml : blocks(document, "xml")) {
			DEPENDENCY.matcher(xml).results().forEach((dependency) -> {
				String name = dependency.group(1);
				if (name.startsWith("braintrust-spring-")) {
					assertThat(build).contains("<version>" + dependency.group(2) + "</version>");
				}
				else if (name.startsWith("spring-boot-")) {
					assertThat(build).contains("<spring-boot.version>" + dependency.group(2) + "<");
				}
				else if (name.startsWith("spring-ai-")) {
					assertThat(build).contains("<spring-ai.version>" + dependency.group(2) + "<");
				}
			});
		}
	}

	private static List<String> blocks(Path document, String language) throws IOException {
		return ANY_BLOCK.matcher(Files.readString(document))
			.results()
			.filter((block) -> block.group(1).equals(language))
			.map((block) -> block.group(2))
			.toList();
	}

	private static List<String> anchors(Path document) throws IOException {
		return HEADING.matcher(FENCED.matcher(Files.readString(document)).replaceAll(""))
			.results()
			.map((heading) -> heading.group(1)
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^\\p{L}\\p{N} _-]", "")
				.replace(' ', '-'))
			.toList();
	}

	@ParameterizedTest
	@MethodSource("documents")
	void everyPageIsReachedFromTheReadme(Path document) throws IOException {
		Path root = root();
		if (!document.equals(root.resolve("README.md"))) {
			assertThat(Files.readString(root.resolve("README.md"))).contains("(docs/" + document.getFileName());
		}
	}

	private static List<String> sources(String extension) throws IOException {
		List<String> sources = new ArrayList<>();
		for (String folder : List.of("braintrust-spring-boot-autoconfigure/src/test/java", "sample-app/src/main/java",
				"sample-app/src/test/java", "braintrust-spring-boot-starter/src/it")) {
			try (Stream<Path> files = Files.walk(root().resolve(folder))) {
				for (Path file : files.filter((candidate) -> candidate.toString().endsWith(extension)).toList()) {
					sources.add(normalize(Files.readString(file)));
				}
			}
		}
		return sources;
	}

	// Remove indentation and empty lines.
	private static String normalize(String text) {
		return text.lines()
			.map(String::strip)
			.filter((line) -> !line.isEmpty())
			.collect(Collectors.joining("\n", "\n", "\n"));
	}

	@Test
	void mavenComesFromTheRepositoryThatTheReadmeNames() throws IOException {
		assertThat(Files.readString(root().resolve("README.md")))
			.contains("Maven, by its wrapper, and dependencies come from Maven Central.");
		assertThat(Files.readString(root().resolve(".mvn/wrapper/maven-wrapper.properties")))
			.contains("distributionUrl=https://repo.maven.apache.org/maven2/org/apache/maven/")
			.containsPattern("distributionSha256Sum=[0-9a-f]{64}");
	}

	private static Path root() {
		Path directory = Path.of("").toAbsolutePath();
		while (!Files.exists(directory.resolve("mvnw"))) {
			directory = directory.getParent();
		}
		return directory;
	}

}
