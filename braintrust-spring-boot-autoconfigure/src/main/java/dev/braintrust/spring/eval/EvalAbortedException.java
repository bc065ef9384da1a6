package dev.braintrust.spring.eval;

/**
 * Thrown if an experiment ends early because its first rows all failed. The cause is the
 * exception of the first failed row.
 *
 * @see Experiment#abortAfter(int)
 */
public class EvalAbortedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient ExperimentResult<?, ?, ?> result;

	/**
	 * Create an exception.
	 * @param message the message
	 * @param result the incomplete result of the experiment
	 * @param cause the exception of the first failed row
	 */
	public EvalAbortedException(String message, ExperimentResult<?, ?, ?> result, Throwable cause) {
		super(message, cause);
		this.result = result;
	}

	/**
	 * The incomplete result of the experiment: the rows that have ended.
	 * @return the result
	 */
	public ExperimentResult<?, ?, ?> result() {
		return this.result;
	}

}
