package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs random applications untraced and traced. A failure names its seed, the smallest
 * differing program that was found, and the first difference. {@code
 * -Dtwin.seed=…} repeats the program of a seed, and {@code -Dtwin.programs=…} sets the
 * number of programs.
 */
class TwinProgramTests {

	private static final int SHOWN = 5;

	private final Long seed = Long.getLong("twin.seed");

	private final int programs = (this.seed != null) ? 1 : Integer.getInteger("twin.programs", 200);

	private final long first = (this.seed != null) ? this.seed : Long.getLong("twin.first", System.nanoTime());

	@Test
	void tracedApplicationSeesWhatItSeesUntraced() {
		List<String> differences = new ArrayList<>();
		int[] differing = new int[1];
		Twins.with((twins) -> {
			for (long program = this.first; program < this.first + this.programs; program++) {
				String difference = difference(twins, Program.random(program));
				if (difference != null && differing[0]++ < SHOWN) {
					differences.add("Seed " + program + ": " + smallest(twins, Program.random(program)));
				}
			}
		});
		assertThat(differences).as("%d of %d programs differ", differing[0], this.programs).isEmpty();
	}

	@Test
	void eachCallOfTheModelAndOfAToolHasASpan() {
		List<String> missing = new ArrayList<>();
		Twins.with((twins) -> {
			for (long program = this.first; program < this.first + this.programs; program++) {
				Program played = Program.random(program);
				// A plain Spring AI client that was built from a traced request has no
				// runs. If the application itself executes a tool, only the next prompt,
				// if any, shows its result.
				String counted = twins.missing(played::play,
						!played.has(Habit.REBUILT_CLIENT) && !played.has(Habit.OWN_EXECUTION));
				if (counted != null) {
					missing.add("Seed " + program + ": " + played + counted);
				}
			}
		});
		assertThat(missing).as("%d of %d programs", missing.size(), this.programs).isEmpty();
	}

	@Test
	void untracedApplicationSeesTheSameTwice() {
		Twins.with((twins) -> {
			for (long program = this.first; program < this.first + (this.programs + 3) / 4; program++) {
				String difference = Twins.difference(Program.random(program)::play);
				assertThat(difference).as("seed %d, program %s", program, Program.random(program)).isNull();
			}
		});
	}

	@Test
	void optionsWithoutToolsAreAskedAsOftenForATool() {
		Program program = new Program(List.of(new Program.Choice(Habit.OWN_OPTIONS, 43198),
				new Program.Choice(Habit.REBUILT_CLIENT, 52330), new Program.Choice(Habit.UNKNOWN_TOOL, 5674)));
		Twins.with((twins) -> assertThat(difference(twins, program)).isNull());
	}

	private static String smallest(Twins twins, Program program) {
		Program smallest = program;
		boolean found = true;
		while (found) {
			found = false;
			for (Program smaller : smallest.smaller()) {
				if (difference(twins, smaller) != null) {
					smallest = smaller;
					found = true;
					break;
				}
			}
		}
		return smallest + difference(twins, smallest);
	}

	private static @Nullable String difference(Twins twins, Program program) {
		return twins.difference(program::play, Tracing.values());
	}

}
