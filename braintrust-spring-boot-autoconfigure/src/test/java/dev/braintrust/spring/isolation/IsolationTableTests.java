package dev.braintrust.spring.isolation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the table in {@code docs/isolation.md} equals the tested matrix, and that
 * the tests it names exist.
 */
class IsolationTableTests {

	private static final Pattern TEST = Pattern.compile("`(\\w+Tests)#(\\w+)`");

	@Test
	void tableShowsTheCellsOfTheMatrix() throws IOException {
		List<String> table = document().lines()
			.dropWhile((line) -> !line.startsWith("|"))
			.takeWhile((line) -> line.startsWith("|"))
			.toList();
		assertThat(table).as(String.join("\n", matrix())).isEqualTo(matrix());
	}

	@Test
	void testsThatAreNamedExist() throws IOException {
		Map<String, String> sources = sources();
		Matcher named = TEST.matcher(document());
		List<String> missing = new ArrayList<>();
		int count = 0;
		while (named.find()) {
			count++;
			if (!sources.getOrDefault(named.group(1), "").contains(" " + named.group(2) + "(")) {
				missing.add(named.group());
			}
		}
		assertThat(missing).isEmpty();
		assertThat(count).isGreaterThan(15);
	}

	private static Map<String, String> sources() throws IOException {
		Map<String, String> sources = new TreeMap<>();
		try (Stream<Path> files = Files.walk(root().resolve("braintrust-spring-boot-autoconfigure/src/test/java"))) {
			for (Path file : files.filter((candidate) -> candidate.toString().endsWith("Tests.java")).toList()) {
				sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
			}
		}
		return sources;
	}

	private static String document() throws IOException {
		return Files.readString(root().resolve("docs/isolation.md"));
	}

	private static List<String> matrix() {
		List<String> lines = new ArrayList<>();
		lines.add(Stream.of(Surroundings.values())
			.map(Surroundings::toString)
			.collect(Collectors.joining(" | ", "| work moves by | ", " | the Java agent | instead |")));
		lines.add("|---".repeat(Surroundings.values().length + 3) + "|");
		for (Route route : Route.values()) {
			lines.add(line(route));
		}
		return lines;
	}

	private static String line(Route route) {
		String line = "| " + route + " | " + (cell(route.holds()) + " | ").repeat(Surroundings.values().length)
				+ cell(route.holdsBesideAgent()) + " | " + route.instead();
		return line + (route.instead().isEmpty() ? "|" : " |");
	}

	private static String cell(boolean holds) {
		return holds ? "yes" : "no";
	}

	private static Path root() {
		Path directory = Path.of("").toAbsolutePath();
		while (!Files.exists(directory.resolve("mvnw"))) {
			directory = directory.getParent();
		}
		return directory;
	}

}
