package dev.braintrust.spring.isolation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A step of a random program: an action around further steps.
 *
 * @param id its unique number in the program
 * @param action its action
 * @param owner the owner of its span, if it creates one
 * @param fails whether it ends with an exception
 * @param steps the steps inside
 */
record Step(int id, Action action, Owner owner, boolean fails, List<Step> steps) {

	private static final int DEPTH = 6;

	private static final int SIZE = 40;

	/**
	 * Create a random program.
	 * @param seed the seed
	 * @return its outermost step
	 */
	static Step random(long seed) {
		return random(new Random(seed), new int[1], 0);
	}

	private static Step random(Random random, int[] count, int depth) {
		int id = count[0]++;
		List<Step> steps = new ArrayList<>();
		int size = (depth != 0) ? random.nextInt(4) : 4;
		for (int i = 0; i < size && depth < DEPTH && count[0] < SIZE; i++) {
			steps.add(random(random, count, depth + 1));
		}
		return new Step(id, Action.values()[random.nextInt(Action.values().length)],
				Owner.values()[random.nextInt(Owner.values().length)], random.nextInt(5) == 0, List.copyOf(steps));
	}

	/**
	 * All programs with one step removed, either with or without the steps inside it.
	 */
	List<Step> smaller() {
		List<Step> smaller = new ArrayList<>();
		if (this.steps.size() == 1) {
			smaller.add(this.steps.get(0));
		}
		for (int i = 0; i < this.steps.size(); i++) {
			Step step = this.steps.get(i);
			smaller.add(with(i, List.of()));
			smaller.add(with(i, step.steps));
			for (Step inner : step.smaller()) {
				smaller.add(with(i, List.of(inner)));
			}
		}
		return smaller;
	}

	private Step with(int index, List<Step> replacement) {
		List<Step> steps = new ArrayList<>(this.steps);
		steps.remove(index);
		steps.addAll(index, replacement);
		return new Step(this.id, this.action, this.owner, this.fails, List.copyOf(steps));
	}

	/**
	 * The name of the span that the step creates.
	 */
	String name() {
		return this.owner.name().toLowerCase(Locale.ROOT) + " " + this.id;
	}

	@Override
	public String toString() {
		return "\n" + describe("");
	}

	private String describe(String indent) {
		StringBuilder text = new StringBuilder(indent).append(this.action).append(' ').append(name());
		text.append(this.fails ? " fails\n" : "\n");
		this.steps.forEach((step) -> text.append(step.describe(indent + "  ")));
		return text.toString();
	}

	/**
	 * The owner of a span.
	 */
	enum Owner {

		SUPPORT, RESEARCH, BILLING, APP

	}

	/**
	 * The action of a step.
	 */
	enum Action {

		/**
		 * Run the steps in a current span.
		 */
		SPAN,

		/**
		 * The same with a root span.
		 */
		ROOT,

		/**
		 * The same with a span that is made current by hand, and ended twice.
		 */
		BY_HAND,

		/**
		 * Run the steps while a span is open that is passed to another thread and ended
		 * there.
		 */
		HANDED_OUT,

		/**
		 * Run the steps in a span on another thread, which is then cancelled.
		 */
		CANCELLED,

		/**
		 * Run the steps in an observation.
		 */
		OBSERVATION,

		/**
		 * Run the steps with baggage that names another project.
		 */
		BAGGAGE,

		/**
		 * Run the steps in an application span that is not sampled.
		 */
		UNSAMPLED,

		/**
		 * Run the steps on a thread without context propagation.
		 */
		PLAIN_THREAD,

		/**
		 * Run the steps on a thread of {@code Context.taskWrapping}.
		 */
		WRAPPED_THREAD,

		/**
		 * Run the steps on a thread of Micrometer's {@code ContextExecutorService}.
		 */
		CARRIED_THREAD,

		/**
		 * Run the steps concurrently.
		 */
		CONCURRENT,

		/**
		 * Run the steps in a row of an experiment of the project.
		 */
		ROW

	}

}
