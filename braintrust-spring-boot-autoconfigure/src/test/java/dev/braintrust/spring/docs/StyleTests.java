package dev.braintrust.spring.docs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that user documentation, messages, property descriptions and public javadoc
 * follow {@code docs/STYLE.md}, as far as patterns can check it.
 */
class StyleTests {

	// STYLE.md quotes the phrases to avoid. The other pages are for contributors.
	private static final List<String> OTHERS = List.of("STYLE.md", "architecture.md", "specification.md");

	private static final Pattern CODE = Pattern.compile("^```.*?^```|`[^`]*`", Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern AVOIDED = Pattern.compile(
			"(?i)\\b(is|are|was|were) (said|told)\\b|\\bsays so\\b|\\bgives? way\\b|\\bbut for\\b|\\bat the most\\b|\\bwh(at|o)ever\\b"
					+ "|\\bas ever\\b|\\blikewise\\b|\\bin place of\\b|\\bso does\\b|\\bnot without\\b|\\bfor (it|that) alone\\b");

	private static final Pattern AVOIDED_IN_COMMENTS = Pattern.compile(
			AVOIDED + "|(^|[.;:] )What\\b|(?i)\\bbec(o|a)mes? of\\b|\\bcomes? into being\\b|\\banew\\b|\\bnobody\\b"
					+ "|\\b(is|are|was|were) to be\\b|\\b(has|have|had) none\\b|\\bthe ones? (that|which|of)\\b");

	private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|(^\\s*//[^\\n]*\\n)+",
			Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern JAVADOC = Pattern.compile("/\\*\\*.*?\\*/", Pattern.DOTALL);

	static Stream<Path> pages() throws IOException {
		return DocumentationTests.documents().filter((page) -> !OTHERS.contains(page.getFileName().toString()));
	}

	@ParameterizedTest
	@MethodSource("pages")
	void pageHasNoneOfTheWordsToAvoid(Path page) throws IOException {
		String prose = CODE.matcher(Files.readString(page)).replaceAll("");
		assertThat(AVOIDED.matcher(prose).results().map(MatchResult::group)).isEmpty();
	}

	@Test
	void messagesHaveNoneOfTheWordsToAvoid() throws IOException {
		Map<String, String> messages = MessagesTests.messages();
		// Texts for models.
		messages.values().removeIf((place) -> place.startsWith("eval/judge/JudgeTexts"));
		assertThat(messages).hasSizeGreaterThan(300);
		assertThat(messages.keySet()).filteredOn((message) -> AVOIDED.matcher(message).find()).isEmpty();
	}

	@Test
	void descriptionsOfPropertiesHaveNoneOfTheWordsToAvoid() throws IOException {
		try (InputStream metadata = getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			JsonNode properties = JsonMapper.shared().readTree(metadata).path("properties");
			assertThat(properties.size()).isGreaterThan(50);
			assertThat(properties).allSatisfy((property) -> assertThat(property.path("description").asString())
				.as(property.path("name").asString())
				.doesNotContainPattern(AVOIDED)
				.matches((text) -> text.split("\\s+").length < 60));
		}
	}

	@ParameterizedTest
	@MethodSource("types")
	void javadocOfPublicTypeHasNoneOfTheWordsToAvoid(Path type) throws IOException {
		assertThat(JAVADOC.matcher(Files.readString(type)).results().map(MatchResult::group))
			.filteredOn((text) -> AVOIDED.matcher(text.replaceAll("\\s+\\*\\s+", " ")).find())
			.isEmpty();
	}

	@Test
	void commentsOfTheCodeHaveNoneOfTheWordsToAvoid() throws IOException {
		Map<String, List<String>> avoided = new TreeMap<>();
		try (Stream<Path> files = Files.walk(Path.of("src"))) {
			for (Path file : files.filter((each) -> each.toString().endsWith(".java")).toList()) {
				List<String> found = COMMENT.matcher(Files.readString(file))
					.results()
					.map((comment) -> comment.group().replaceAll("\\s*(/?\\*+/?|//)\\s*", " ").strip())
					.filter((comment) -> AVOIDED_IN_COMMENTS.matcher(comment).find())
					.toList();
				if (!found.isEmpty()) {
					avoided.put(file.getFileName().toString(), found);
				}
			}
		}
		assertThat(avoided).isEmpty();
	}

	static List<Path> types() throws IOException {
		return JavadocTests.types();
	}

	@Test
	void readmeHasAtMost120Lines() throws IOException {
		assertThat(Files.readAllLines(Path.of("../README.md"))).hasSizeLessThanOrEqualTo(120);
	}

	@ParameterizedTest
	@MethodSource("pages")
	void pageAddressesItsReader(Path page) throws IOException {
		assertThat(Files.readString(page)).containsPattern("(?i)\\byour?\\b|(?m)^(Read|Use|Check|Search|Look|See) ");
	}

}
