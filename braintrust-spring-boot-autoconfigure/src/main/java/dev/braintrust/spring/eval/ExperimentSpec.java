package dev.braintrust.spring.eval;

import java.util.List;

import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.data.EvalCase;

import org.springframework.util.Assert;

/**
 * The first step of an experiment: it has a name and needs its cases. See
 * {@link Experiment} for an example.
 *
 * @see ProjectEvals#experiment(String)
 */
public final class ExperimentSpec {

	private final String name;

	private final ExperimentRunner runner;

	/**
	 * Used by the starter; {@link ProjectEvals#experiment(String)} creates one for you.
	 * @param name the name of the experiment
	 * @param runner the runner
	 */
	public ExperimentSpec(String name, ExperimentRunner runner) {
		Assert.hasText(name, "'name' must not be empty");
		Assert.notNull(runner, "'runner' must not be null");
		this.name = name;
		this.runner = runner;
	}

	/**
	 * Run the experiment for some cases.
	 * @param cases the cases
	 * @param <I> the type of the inputs
	 * @param <E> the type of the expected outputs
	 * @return the experiment, which needs its task
	 */
	@SafeVarargs
	@SuppressWarnings("varargs")
	public final <I, E> CasesSpec<I, E> cases(EvalCase<I, E>... cases) {
		return cases(Dataset.of(List.of(cases)));
	}

	/**
	 * Run the experiment for the cases of a dataset.
	 * @param cases the dataset or any other source of cases; each run reads it once
	 * @param <I> the type of the inputs
	 * @param <E> the type of the expected outputs
	 * @return the experiment, which needs its task
	 */
	public <I, E> CasesSpec<I, E> cases(Iterable<EvalCase<I, E>> cases) {
		Assert.notNull(cases, "'cases' must not be null");
		return new CasesSpec<>(this.name, this.runner, cases, (all) -> all);
	}

}
