package dev.braintrust.spring.docs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.braintrust.spring.autoconfigure.properties.UnknownProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the Java of the documentation compiles: every block of it stands, line by
 * line, in a source file of a test or of the sample; that settings are known, and that
 * links lead somewhere.
 */
class DocumentationTests {

	private static final Pattern BLOCK = Pattern.compile("^```java\\R(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern SETTINGS = Pattern.compile("^```yaml\\R(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern FENCED = Pattern.compile("^```.*?^```", Pattern.DOTALL | Pattern.MULTILINE);

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
		List<String> sources = sources();
		Matcher matcher = BLOCK.matcher(Files.readString(document));
		while (matcher.find()) {
			String block = normalize(matcher.group(1));
			assertThat(block).isNotEmpty();
			assertThat(sources).as("a source with%n%s", matcher.group(1)).anyMatch((source) -> source.contains(block));
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
		Matcher matcher = SETTINGS.matcher(Files.readString(document));
		while (matcher.find()) {
			StandardEnvironment environment = new StandardEnvironment();
			new YamlPropertySourceLoader()
				.load("settings", new ByteArrayResource(matcher.group(1).getBytes(StandardCharsets.UTF_8)))
				.forEach(environment.getPropertySources()::addLast);
			assertThat(UnknownProperties.in(environment)).as(matcher.group(1)).isEmpty();
		}
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

	private static List<String> sources() throws IOException {
		List<String> sources = new ArrayList<>();
		for (String folder : List.of("braintrust-spring-boot-autoconfigure/src/test/java", "sample-app/src/main/java",
				"sample-app/src/test/java")) {
			try (Stream<Path> files = Files.walk(root().resolve(folder))) {
				for (Path file : files.filter((candidate) -> candidate.toString().endsWith(".java")).toList()) {
					sources.add(normalize(Files.readString(file)));
				}
			}
		}
		return sources;
	}

	// Lines without their indentation, without empty ones.
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
