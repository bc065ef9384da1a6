package dev.braintrust.spring.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the javadoc of each API type has an example, or a link to a type with an
 * example.
 */
class JavadocTests {

	private static final Pattern TYPE = Pattern.compile(
			"/\\*\\*((?:(?!\\*/).)*)\\*/\\s(?:@[^\\n]*\\s)*public (?:\\w+ )*(?:class|interface|record|enum) ",
			Pattern.DOTALL);

	private static final Pattern EXAMPLE = Pattern.compile("<pre|\\{@code \\w+\\.?\\w*\\(|@see |\\{@link \\w+#");

	// Without OwnerTracking…, which Spring and JUnit load as services.
	static List<Path> types() throws IOException {
		Path root = Path.of("src/main/java/dev/braintrust/spring").toAbsolutePath();
		List<Path> types = new ArrayList<>();
		for (String folder : List.of(".", "eval", "eval/compare", "eval/data", "eval/score", "eval/test", "jpa",
				"prompt", "reactor", "test", "web")) {
			try (Stream<Path> files = Files.list(root.resolve(folder))) {
				for (Path file : files
					.filter((each) -> each.getFileName().toString().matches("(?!OwnerTracking).*[.]java"))
					.toList()) {
					if (TYPE.matcher(Files.readString(file)).find()) {
						types.add(file);
					}
				}
			}
		}
		assertThat(types).hasSizeGreaterThan(60);
		return types;
	}

	@ParameterizedTest
	@MethodSource("types")
	void javadocHasAnExampleOrALinkToOne(Path type) throws IOException {
		Matcher javadoc = TYPE.matcher(Files.readString(type));
		assertThat(javadoc.find()).isTrue();
		assertThat(javadoc.group(1)).containsPattern(EXAMPLE);
	}

}
