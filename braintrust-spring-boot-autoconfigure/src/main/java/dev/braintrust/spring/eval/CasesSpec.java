package dev.braintrust.spring.eval;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.data.EvalCase;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The second step of an experiment: it has its cases and needs its task. See
 * {@link Experiment} for an example.
 *
 * @param <I> the type of the inputs
 * @param <E> the type of the expected outputs
 * @see ExperimentSpec#cases(Iterable)
 */
public final class CasesSpec<I, E> {

	private final String name;

	private final ExperimentRunner runner;

	private final Iterable<EvalCase<I, E>> source;

	private final UnaryOperator<List<EvalCase<I, E>>> selection;

	CasesSpec(String name, ExperimentRunner runner, Iterable<EvalCase<I, E>> source,
			UnaryOperator<List<EvalCase<I, E>>> selection) {
		this.name = name;
		this.runner = runner;
		this.source = source;
		this.selection = selection;
	}

	/**
	 * Keep the cases that match a filter.
	 * @param filter whether to keep a case
	 * @return the experiment with fewer cases
	 */
	public CasesSpec<I, E> filter(Predicate<? super EvalCase<I, E>> filter) {
		Assert.notNull(filter, "'filter' must not be null");
		return then((cases) -> cases.stream().filter(filter).toList());
	}

	/**
	 * Keep only the first cases.
	 * @param limit the maximum number of cases
	 * @return the experiment with fewer cases
	 */
	public CasesSpec<I, E> limit(int limit) {
		Assert.isTrue(limit > 0, "'limit' must be positive");
		return then((cases) -> cases.subList(0, Math.min(limit, cases.size())));
	}

	/**
	 * Keep a random sample of the cases, in their order.
	 * @param size the maximum number of cases
	 * @param seed the seed; the same seed selects the same sample of the same cases
	 * @return the experiment with fewer cases
	 */
	public CasesSpec<I, E> sample(int size, long seed) {
		Assert.isTrue(size > 0, "'size' must be positive");
		return then((cases) -> sample(cases, size, seed));
	}

	private static <T> List<T> sample(List<T> all, int size, long seed) {
		Random random = new Random(seed);
		List<T> sample = new ArrayList<>(Math.min(size, all.size()));
		int left = all.size();
		for (T each : all) {
			if (random.nextInt(left) < size - sample.size()) {
				sample.add(each);
			}
			left--;
		}
		return sample;
	}

	private CasesSpec<I, E> then(UnaryOperator<List<EvalCase<I, E>>> step) {
		return new CasesSpec<>(this.name, this.runner, this.source, (cases) -> step.apply(this.selection.apply(cases)));
	}

	/**
	 * Run a task for each case.
	 * @param task the task, usually a method of one of your beans; it must be
	 * thread-safe, unless the experiment has {@code maxConcurrency(1)}
	 * @param <O> the type of the outputs
	 * @return the experiment
	 */
	public <O> Experiment<I, O, E> task(EvalTask<? super I, ? extends O> task) {
		Assert.notNull(task, "'task' must not be null");
		return experiment((input, row) -> task.run(input));
	}

	/**
	 * Run a task for each case, and pass the row to it. The name differs from
	 * {@link #task}, so that a reference to an overloaded method is not ambiguous.
	 * @param task the task
	 * @param <O> the type of the outputs
	 * @return the experiment
	 */
	public <O> Experiment<I, O, E> taskWithRow(EvalTask.WithRow<? super I, ? extends O> task) {
		Assert.notNull(task, "'task' must not be null");
		return experiment(task);
	}

	/**
	 * Run a definition: its task, scorers, classifiers and parameters.
	 * @param eval the definition, usually a bean
	 * @param <O> the type of the outputs
	 * @return the experiment, to which you can add more
	 */
	public <O> Experiment<I, O, E> eval(Eval<? super I, O, ? super E> eval) {
		Assert.notNull(eval, "'eval' must not be null");
		return this.<O>experiment(eval.task()).with(eval);
	}

	private <O> Experiment<I, O, E> experiment(EvalTask.WithRow<? super I, ? extends O> task) {
		Dataset<I, E> selected = new SelectedCases<>(this.source, this.selection);
		return new Experiment<>(this.name, this.runner, selected, task);
	}

	/**
	 * The selected cases of a source.
	 *
	 * @param source the source
	 * @param selection selects from all its cases
	 * @param <I> the type of the inputs
	 * @param <E> the type of the expected outputs
	 */
	private record SelectedCases<I, E>(Iterable<EvalCase<I, E>> source,
			UnaryOperator<List<EvalCase<I, E>>> selection) implements Dataset<I, E> {

		@Override
		public Iterator<EvalCase<I, E>> iterator() {
			List<EvalCase<I, E>> all = new ArrayList<>();
			this.source.forEach(all::add);
			return this.selection.apply(all).iterator();
		}

		@Override
		public @Nullable DatasetVersion version() {
			return (this.source instanceof Dataset<?, ?> dataset) ? dataset.version() : null;
		}

		@Override
		public Dataset<I, E> pinned() {
			return (this.source instanceof Dataset<I, E> dataset)
					? new SelectedCases<>(dataset.pinned(), this.selection) : this;
		}

	}

}
