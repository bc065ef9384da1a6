package dev.braintrust.spring.eval;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.eval.compare.Baseline;
import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.score.Classifier;
import dev.braintrust.spring.eval.score.EvalParameters;
import dev.braintrust.spring.eval.score.Scorer;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What an {@link Experiment} has collected so far, with the defaults.
 *
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 * @param <E> the type of the expected outputs
 */
final class ExperimentOptions<I, O, E> {

	final List<Scorer<? super I, ? super O, ? super E>> scorers = new ArrayList<>();

	final Map<String, Classifier<? super I, ? super O, ? super E>> classifiers = new LinkedHashMap<>();

	final Map<String, @Nullable Object> parameters = new LinkedHashMap<>();

	final Map<String, @Nullable Object> metadata = new LinkedHashMap<>();

	final List<String> tags = new ArrayList<>();

	@Nullable String description;

	@Nullable Baseline baseline;

	int trials = 1;

	int maxConcurrency = 10;

	Duration timeout = Duration.ofMinutes(5);

	int retries;

	OnError onError = OnError.SCORE_ZERO;

	int abortAfter = 10;

	OtherProjects otherProjects = OtherProjects.SEPARATE;

	boolean keepOutputs = true;

	ExperimentRunner.Plan<I, O, E> plan(String name, Dataset<I, E> cases,
			EvalTask.WithRow<? super I, ? extends O> task) {
		Assert.state(!this.scorers.isEmpty() || !this.classifiers.isEmpty(),
				() -> "The experiment '" + name + "' needs a scorer or a classifier");
		return new ExperimentRunner.Plan<>(name, this.description, cases.pinned(), task, List.copyOf(this.scorers),
				new LinkedHashMap<>(this.classifiers), this.trials, this.maxConcurrency, this.timeout, this.retries,
				this.onError, this.abortAfter, this.otherProjects, EvalParameters.of(this.parameters),
				new LinkedHashMap<>(this.metadata), List.copyOf(this.tags), this.keepOutputs, this.baseline);
	}

}
