package dev.braintrust.spring.eval;

/**
 * An experiment that ended early, because its rows failed from the start. The cause is
 * what the first of them threw.
 *
 * @see Experiment#abortAfter(int)
 */
public class EvalAbortedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient ExperimentResult<?, ?, ?> result;

	/**
	 * Create an exception.
	 * @param message what happened
	 * @param result what there is of the experiment
	 * @param cause what the first row threw
	 */
	public EvalAbortedException(String message, ExperimentResult<?, ?, ?> result, Throwable cause) {
		super(message, cause);
		this.result = result;
	}

	/**
	 * What there is of the experiment: the rows that have ended.
	 * @return the result
	 */
	public ExperimentResult<?, ?, ?> result() {
		return this.result;
	}

}
