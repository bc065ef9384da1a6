package dev.braintrust.spring.eval;

/**
 * The task of an experiment: the method of your application that turns an input into an
 * output, such as {@code agent::answer}. See {@link Experiment} for an example.
 *
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 * @see CasesSpec#task(EvalTask)
 */
@FunctionalInterface
public interface EvalTask<I, O> {

	/**
	 * Run the task for one input. Meanwhile the span of the task is the current span of
	 * the project.
	 * @param input the input
	 * @return the output
	 * @throws Exception if the task fails; the row then fails, and the run continues
	 */
	O run(I input) throws Exception;

	/**
	 * A task that needs its row.
	 *
	 * @param <I> the type of the inputs
	 * @param <O> the type of the outputs
	 */
	@FunctionalInterface
	interface WithRow<I, O> {

		/**
		 * Run the task for one input.
		 * @param input the input
		 * @param row the row
		 * @return the output
		 * @throws Exception if the task fails; the row then fails, and the run continues
		 */
		O run(I input, EvalRow row) throws Exception;

	}

}
