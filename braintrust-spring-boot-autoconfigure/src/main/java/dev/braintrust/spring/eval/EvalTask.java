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
	 * Run the task for one input. The span of the task is current for the project
	 * meanwhile.
	 * @param input the input
	 * @return the output
	 * @throws Exception if the task fails, which fails the row and does not end the run
	 */
	O run(I input) throws Exception;

	/**
	 * A task that wants to know its row.
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
		 * @throws Exception if the task fails, which fails the row and does not end the
		 * run
		 */
		O run(I input, EvalRow row) throws Exception;

	}

}
