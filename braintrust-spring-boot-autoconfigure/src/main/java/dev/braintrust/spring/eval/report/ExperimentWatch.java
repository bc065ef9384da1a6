package dev.braintrust.spring.eval.report;

import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.RowResult;
import org.jspecify.annotations.Nullable;

/**
 * Observes experiments while they run. It is called on threads of the run and must not
 * block them.
 */
@FunctionalInterface
public interface ExperimentWatch {

	// An experiment with the given number of rows starts.
	Run started(String project, String name, int rows);

	/**
	 * Observes one experiment.
	 */
	interface Run {

		// A row has ended. The input is the JSON that matches rows of
		// different experiments.
		void ended(RowResult<?, ?, ?> row, String input);

		// The experiment has ended, with a result or with a failure.
		void ended(@Nullable ExperimentResult<?, ?, ?> result, @Nullable Throwable failure);

	}

}
