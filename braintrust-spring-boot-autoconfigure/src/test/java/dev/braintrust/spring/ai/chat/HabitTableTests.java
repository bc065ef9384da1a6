package dev.braintrust.spring.ai.chat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the table in {@code docs/isolation.md} lists the tested habits.
 */
class HabitTableTests {

	@Test
	void tableListsTheHabits() throws IOException {
		List<String> expected = new ArrayList<>(List.of("| about | what an application does |", "|---|---|"));
		for (Habit habit : Habit.values()) {
			expected.add("| " + habit.area() + " | " + habit.description() + " |");
		}
		List<String> table = Files.readString(document())
			.lines()
			.dropWhile((line) -> !line.equals("## What your application sees"))
			.dropWhile((line) -> !line.startsWith("|"))
			.takeWhile((line) -> line.startsWith("|"))
			.toList();
		assertThat(table).as(String.join("\n", expected)).isEqualTo(expected);
	}

	private static Path document() {
		Path directory = Path.of("").toAbsolutePath();
		while (!Files.exists(directory.resolve("mvnw"))) {
			directory = directory.getParent();
		}
		return directory.resolve("docs/isolation.md");
	}

}
