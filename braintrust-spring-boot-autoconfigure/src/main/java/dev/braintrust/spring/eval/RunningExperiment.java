package dev.braintrust.spring.eval;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * An experiment that is running. Wait for it with {@link #join()}.
 *
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 * @param <E> the type of the expected outputs
 * @see Experiment#start()
 */
public interface RunningExperiment<I, O, E> {

	/**
	 * Start no more rows, and interrupt those that run. Calling it again has no effect.
	 */
	void cancel();

	/**
	 * Whether all rows have ended, and what was recorded is sent.
	 * @return {@code true} if {@link #join()} does not wait
	 */
	boolean isDone();

	/**
	 * The rows, in the order of their cases and trials. Each is done when its row has
	 * ended, and cancelled if the experiment ended before it.
	 * @return a future for each row
	 */
	List<CompletableFuture<RowResult<I, O, E>>> rows();

	/**
	 * Wait for the end. A thread that is interrupted meanwhile cancels the run, and is
	 * interrupted again when the result is there.
	 * @return the result; after {@link #cancel()}, that of the rows that have ended
	 * @throws EvalAbortedException if the run ended early, because every row failed
	 */
	ExperimentResult<I, O, E> join();

}
