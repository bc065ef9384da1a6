package dev.braintrust.spring.isolation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the table in {@code docs/isolation.md} is the matrix that is tested.
 */
class IsolationTableTests {

	@Test
	void tableShowsTheCellsOfTheMatrix() throws IOException {
		List<String> table = Files.readAllLines(root().resolve("docs/isolation.md"))
			.stream()
			.filter((line) -> line.startsWith("|"))
			.toList();
		assertThat(table).as(String.join("\n", matrix())).isEqualTo(matrix());
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
