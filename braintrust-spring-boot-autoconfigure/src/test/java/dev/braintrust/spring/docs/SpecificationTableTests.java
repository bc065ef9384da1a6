package dev.braintrust.spring.docs;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the tests in {@code docs/specification.md} and {@code
 * docs/security.md} exist.
 */
class SpecificationTableTests {

	private static final Pattern TEST = Pattern.compile("`(\\w+Tests)#(\\w+)`");

	private static final Pattern ROW = Pattern.compile("\\| (MUST|MUST NOT|SHOULD|SHOULD NOT) \\| .+ \\|.* \\| .+ \\|");

	static Stream<String> rows() throws IOException {
		return Files.readAllLines(root().resolve("docs/specification.md"))
			.stream()
			.filter((line) -> line.startsWith("|") && !line.startsWith("| level") && !line.startsWith("|--"));
	}

	@Test
	void rowsAreFound() throws IOException {
		assertThat(rows()).hasSizeGreaterThan(80);
	}

	@ParameterizedTest
	@MethodSource("rows")
	void everyDemandHasATestThatIsThereOrSaysWhyNot(String row) throws Exception {
		assertThat(row).matches(ROW);
		String[] cells = row.split("\\|");
		String proof = cells[cells.length - 1].strip();
		List<MatchResult> tests = TEST.matcher(proof).results().toList();
		if (tests.isEmpty()) {
			assertThat(proof).matches("open(: .+)?|(not met|no test): .+");
		}
		for (MatchResult test : tests) {
			assertThat(isTest(test.group(1), test.group(2))).as(test.group()).isTrue();
		}
	}

	static Stream<String> attacks() throws IOException {
		String remote = Files.readString(root().resolve("docs/remote-evaluations.md"));
		return Stream
			.concat(Files.readAllLines(root().resolve("docs/security.md")).stream(),
					remote.substring(remote.indexOf("## Threats")).lines())
			.filter((line) -> line.startsWith("|") && !line.startsWith("| what") && !line.startsWith("|--"));
	}

	@ParameterizedTest
	@MethodSource("attacks")
	void everyAttackHasATestThatIsThere(String row) throws Exception {
		List<MatchResult> tests = TEST.matcher(row.substring(row.lastIndexOf("|", row.length() - 2)))
			.results()
			.toList();
		assertThat(tests).isNotEmpty();
		for (MatchResult test : tests) {
			assertThat(isTest(test.group(1), test.group(2))).as(test.group()).isTrue();
		}
	}

	private static boolean isTest(String type, String name) throws Exception {
		for (Method method : Class.forName(nameOf(type)).getDeclaredMethods()) {
			if (method.getName().equals(name)) {
				boolean test = method.isAnnotationPresent(Test.class)
						|| method.isAnnotationPresent(ParameterizedTest.class);
				return test && !method.isAnnotationPresent(Disabled.class);
			}
		}
		return false;
	}

	private static String nameOf(String type) throws IOException {
		Path sources = root().resolve("braintrust-spring-boot-autoconfigure/src/test/java");
		try (Stream<Path> files = Files.walk(sources)) {
			List<Path> found = files.filter((file) -> file.endsWith(type + ".java")).toList();
			assertThat(found).as(type).hasSize(1);
			String path = sources.relativize(found.get(0)).toString();
			return path.substring(0, path.length() - ".java".length()).replace(java.io.File.separatorChar, '.');
		}
	}

	private static Path root() {
		Path directory = Path.of("").toAbsolutePath();
		while (!Files.exists(directory.resolve("mvnw"))) {
			directory = directory.getParent();
		}
		return directory;
	}

}
