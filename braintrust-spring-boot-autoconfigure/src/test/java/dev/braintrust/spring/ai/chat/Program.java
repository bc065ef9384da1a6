package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

import dev.braintrust.spring.ai.chat.Habit.Area;

/**
 * A random application, as a list of habits.
 *
 * @param choices the habits, in the order in which they are added
 */
record Program(List<Choice> choices) {

	static Program random(long seed) {
		Random dice = new Random(seed);
		List<Choice> choices = new ArrayList<>();
		for (Area area : Area.values()) {
			List<Habit> habits = new ArrayList<>(
					Arrays.stream(Habit.values()).filter((habit) -> habit.area() == area).toList());
			int count = dice.nextInt(area.most() + 1);
			for (int i = 0; i < count; i++) {
				Habit habit = habits.get(dice.nextInt(habits.size()));
				choices.add(new Choice(habit, dice.nextInt(100_000)));
				if (!habit.isRepeatable()) {
					habits.remove(habit);
				}
			}
		}
		Collections.shuffle(choices, dice);
		return new Program(choices);
	}

	void play(Application app) {
		this.choices.forEach((choice) -> choice.habit().in(app, choice.seed()));
		app.run();
	}

	boolean has(Habit habit) {
		return this.choices.stream().anyMatch((choice) -> choice.habit() == habit);
	}

	/**
	 * All programs with one habit removed.
	 */
	List<Program> smaller() {
		List<Program> smaller = new ArrayList<>();
		for (int i = 0; i < this.choices.size(); i++) {
			List<Choice> choices = new ArrayList<>(this.choices);
			choices.remove(i);
			smaller.add(new Program(choices));
		}
		return smaller;
	}

	@Override
	public String toString() {
		return this.choices.stream().map(Choice::toString).collect(Collectors.joining("\n  ", "\n  ", "\n"));
	}

	/**
	 * A habit with the seed for its random choices.
	 *
	 * @param habit the habit
	 * @param seed the seed
	 */
	record Choice(Habit habit, long seed) {

		@Override
		public String toString() {
			return this.habit + " (" + this.seed + "): " + this.habit.description();
		}

	}

}
