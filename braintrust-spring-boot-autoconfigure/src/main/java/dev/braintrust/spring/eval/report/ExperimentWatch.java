package dev.braintrust.spring.eval.report;

import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.RowResult;
import org.jspecify.annotations.Nullable;

/**
 * Sees experiments while they run. It is told on threads of the run and must not hold
 * them up.
 */
@FunctionalInterface
public interface ExperimentWatch {

	// An experiment with this many rows starts.
	Run started(String project, String name, int rows);

	/**
	 * Sees one experiment.
	 */
	interface Run {

		// A row has ended. Its input is the JSON by which experiments are compared.
		void ended(RowResult<?, ?, ?> row, String input);

		// The experiment has ended, with a result or with a failure.
		void ended(@Nullable ExperimentResult<?, ?, ?> result, @Nullable Throwable failure);

	}

}
