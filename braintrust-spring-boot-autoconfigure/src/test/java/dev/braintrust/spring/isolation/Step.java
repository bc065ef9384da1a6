package dev.braintrust.spring.isolation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A step of a random program: something that is done around further steps.
 *
 * @param id what tells it from the other steps of its program
 * @param action what it does
 * @param owner whose span it makes, if it makes one
 * @param fails whether it ends by an exception
 * @param steps what is done in it
 */
record Step(int id, Action action, Owner owner, boolean fails, List<Step> steps) {

	private static final int DEPTH = 6;

	private static final int SIZE = 40;

	/**
	 * Make up a program.
	 * @param seed what it depends on
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
	 * The programs with one step less: without it and all in it, or without it alone.
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
	 * The name of the span that the step makes.
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
	 * Whose span it is.
	 */
	enum Owner {

		SUPPORT, RESEARCH, BILLING, APP

	}

	/**
	 * What a step does.
	 */
	enum Action {

		/**
		 * The steps run in a span that is current.
		 */
		SPAN,

		/**
		 * The same in a span without a parent.
		 */
		ROOT,

		/**
		 * The same in a span that is made current, and ended twice, by hand.
		 */
		BY_HAND,

		/**
		 * The steps run beside a span that is handed out, and ended elsewhere.
		 */
		HANDED_OUT,

		/**
		 * The steps run in a span on another thread, which is then cancelled.
		 */
		CANCELLED,

		/**
		 * The steps run in an observation.
		 */
		OBSERVATION,

		/**
		 * The steps run in baggage that names another project.
		 */
		BAGGAGE,

		/**
		 * The steps run in a span of the application that is not sampled.
		 */
		UNSAMPLED,

		/**
		 * The steps run on a thread to which nothing is carried.
		 */
		PLAIN_THREAD,

		/**
		 * The steps run on a thread of {@code Context.taskWrapping}.
		 */
		WRAPPED_THREAD,

		/**
		 * The steps run on a thread of Micrometer's {@code ContextExecutorService}.
		 */
		CARRIED_THREAD,

		/**
		 * The steps run at the same time.
		 */
		CONCURRENT,

		/**
		 * The steps run in a row of an experiment of the project.
		 */
		ROW

	}

}
