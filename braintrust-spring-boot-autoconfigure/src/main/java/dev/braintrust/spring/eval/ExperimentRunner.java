package dev.braintrust.spring.eval;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.eval.compare.Baseline;
import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.score.Classifier;
import dev.braintrust.spring.eval.score.EvalParameters;
import dev.braintrust.spring.eval.score.Scorer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the experiments of one project. The starter implements it.
 *
 * @see ProjectEvals#experiment(String)
 */
public interface ExperimentRunner {

	/**
	 * Run an experiment and wait for its end.
	 * @param plan the experiment
	 * @param <I> the type of the inputs
	 * @param <O> the type of the outputs
	 * @param <E> the type of the expected outputs
	 * @return the result
	 */
	<I, O, E> ExperimentResult<I, O, E> run(Plan<I, O, E> plan);

	/**
	 * Start an experiment on its own threads.
	 * @param plan the experiment
	 * @param <I> the type of the inputs
	 * @param <O> the type of the outputs
	 * @param <E> the type of the expected outputs
	 * @return the running experiment
	 */
	<I, O, E> RunningExperiment<I, O, E> start(Plan<I, O, E> plan);

	/**
	 * The plan of a run, as collected by {@link Experiment}.
	 *
	 * @param name the name
	 * @param description the description, or {@code null}
	 * @param cases the cases
	 * @param task the task
	 * @param scorers the scorers
	 * @param classifiers the classifiers by their names
	 * @param trials the number of runs of the task for each case
	 * @param maxConcurrency the maximum number of concurrent rows
	 * @param timeout the maximum duration of an attempt
	 * @param retries the maximum number of retries of a failed task
	 * @param onError the scores of a row whose task failed
	 * @param abortAfter the number of failed rows after which the run ends if no row has
	 * succeeded, 0 for never
	 * @param otherProjects the destination of spans of other projects
	 * @param parameters the parameters
	 * @param metadata the metadata
	 * @param tags the tags
	 * @param keepOutputs whether the result keeps the outputs
	 * @param baseline the baseline to compare with, or {@code null}
	 * @param <I> the type of the inputs
	 * @param <O> the type of the outputs
	 * @param <E> the type of the expected outputs
	 */
	record Plan<I, O, E>(String name, @Nullable String description, Dataset<I, E> cases,
			EvalTask.WithRow<? super I, ? extends O> task, List<Scorer<? super I, ? super O, ? super E>> scorers,
			Map<String, Classifier<? super I, ? super O, ? super E>> classifiers, int trials, int maxConcurrency,
			Duration timeout, int retries, OnError onError, int abortAfter, OtherProjects otherProjects,
			EvalParameters parameters, Map<String, @Nullable Object> metadata, List<String> tags, boolean keepOutputs,
			@Nullable Baseline baseline) {

	}

}
