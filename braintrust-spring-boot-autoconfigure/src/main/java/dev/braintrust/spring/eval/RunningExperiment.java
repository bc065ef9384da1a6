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
	 * Start no more rows, and interrupt the running rows. Calling it again has no effect.
	 */
	void cancel();

	/**
	 * Whether all rows have ended, and all their spans were sent or given up. The run
	 * gives up spans that the server has not accepted for too long.
	 * @return {@code true} if {@link #join()} returns immediately
	 */
	boolean isDone();

	/**
	 * The rows, in the order of their cases and trials.
	 * @return a future for each row: completed when the row has ended, cancelled if the
	 * experiment ended before the row did
	 */
	List<CompletableFuture<RowResult<I, O, E>>> rows();

	/**
	 * Wait for the end. If this thread is interrupted meanwhile, the run is cancelled,
	 * and the interrupt flag is set again on return.
	 * @return the result; after {@link #cancel()}, it has only the rows that have ended
	 * @throws EvalAbortedException if the run ended early, because every row failed
	 */
	ExperimentResult<I, O, E> join();

}
