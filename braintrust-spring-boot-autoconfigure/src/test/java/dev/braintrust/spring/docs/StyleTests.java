package dev.braintrust.spring.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the pages for users keep to {@code docs/STYLE.md}, as far as a pattern can
 * tell.
 */
class StyleTests {

	// It quotes what to avoid; the others are for those who change the starter.
	private static final List<String> OTHERS = List.of("STYLE.md", "architecture.md", "specification.md");

	private static final Pattern CODE = Pattern.compile("^```.*?^```|`[^`]*`", Pattern.DOTALL | Pattern.MULTILINE);

	private static final Pattern AVOIDED = Pattern
		.compile("(?i)\\b(is|are) said\\b|\\bgives? way\\b|\\bbut for\\b|\\bat the most\\b|\\bwhatever\\b");

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
	void readmeHasAtMost120Lines() throws IOException {
		assertThat(Files.readAllLines(Path.of("../README.md"))).hasSizeLessThanOrEqualTo(120);
	}

	@ParameterizedTest
	@MethodSource("pages")
	void pageAddressesItsReader(Path page) throws IOException {
		assertThat(Files.readString(page)).containsPattern("(?i)\\byour?\\b|(?m)^(Read|Use|Check|Search|Look|See) ");
	}

}
