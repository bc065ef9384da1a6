package dev.braintrust.spring.eval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import dev.braintrust.spring.eval.ExperimentRunner.Plan;
import dev.braintrust.spring.eval.compare.Baseline;
import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.score.Classifier;
import dev.braintrust.spring.eval.score.EvalParameters;
import dev.braintrust.spring.eval.score.Scorer;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.eval.score.Scoring;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * An experiment: it runs a task for each case, scores the outputs, and returns a result
 * with the mean of each score.
 *
 * <pre>
 * ExperimentResult&lt;String, String, String&gt; result = evals.experiment("refunds")
 *     .cases(EvalCase.of("I want my money back", "refund"))
 *     .task(agent::answer)
 *     .scorers(Scorers.exactMatch())
 *     .run();
 * </pre>
 *
 * Each method changes this object and returns it. Not thread-safe.
 *
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 * @param <E> the type of the expected outputs
 */
public final class Experiment<I, O, E> extends RunOptions<Experiment<I, O, E>> {

	private final String name;

	private final ExperimentRunner runner;

	private final Dataset<I, E> cases;

	private final EvalTask.WithRow<? super I, ? extends O> task;

	private final List<Scorer<? super I, ? super O, ? super E>> scorers = new ArrayList<>();

	private final Map<String, Classifier<? super I, ? super O, ? super E>> classifiers = new LinkedHashMap<>();

	private final Map<String, @Nullable Object> parameters = new LinkedHashMap<>();

	private final Map<String, @Nullable Object> metadata = new LinkedHashMap<>();

	private final List<String> tags = new ArrayList<>();

	private @Nullable String description;

	private @Nullable Baseline baseline;

	Experiment(String name, ExperimentRunner runner, Dataset<I, E> cases,
			EvalTask.WithRow<? super I, ? extends O> task) {
		this.name = name;
		this.runner = runner;
		this.cases = cases;
		this.task = task;
	}

	/**
	 * Add scorers.
	 * @param scorers the scorers; their names must differ
	 * @return this experiment
	 */
	@SafeVarargs
	@SuppressWarnings("varargs")
	public final Experiment<I, O, E> scorers(Scorer<? super I, ? super O, ? super E>... scorers) {
		this.scorers.addAll(List.of(scorers));
		return this;
	}

	/**
	 * Add a scorer.
	 * @param name the name of the scorer
	 * @param score returns the score of a row, from 0 to 1; it must be thread-safe
	 * @return this experiment
	 */
	public Experiment<I, O, E> scorer(String name, ToDoubleFunction<? super Scoring<I, O, E>> score) {
		this.scorers.add(Scorers.of(name, score));
		return this;
	}

	/**
	 * Add a classifier.
	 * @param name the name of the classifier
	 * @param classifier the classifier
	 * @return this experiment
	 */
	public Experiment<I, O, E> classifier(String name, Classifier<? super I, ? super O, ? super E> classifier) {
		Assert.hasText(name, "'name' must not be empty");
		Assert.isTrue(this.classifiers.putIfAbsent(name, classifier) == null,
				() -> "There is already a classifier '" + name + "'");
		return this;
	}

	/**
	 * Set a parameter that tasks and scorers can read. It is part of the experiment's
	 * metadata.
	 * @param name the name of the parameter
	 * @param value the value, any JSON
	 * @return this experiment
	 */
	public Experiment<I, O, E> parameter(String name, @Nullable Object value) {
		Assert.hasText(name, "'name' must not be empty");
		this.parameters.put(name, value);
		return this;
	}

	/**
	 * Set a field of the experiment's metadata.
	 * @param key the name of the field
	 * @param value the value, any JSON
	 * @return this experiment
	 */
	public Experiment<I, O, E> metadata(String key, @Nullable Object value) {
		Assert.hasText(key, "'key' must not be empty");
		this.metadata.put(key, value);
		return this;
	}

	/**
	 * Add tags to the experiment.
	 * @param tags the tags
	 * @return this experiment
	 */
	public Experiment<I, O, E> tags(String... tags) {
		this.tags.addAll(List.of(tags));
		return this;
	}

	/**
	 * Compare the experiment with an earlier one.
	 * @param baseline the earlier experiment
	 * @return this experiment
	 * @see ExperimentResult#comparison()
	 */
	public Experiment<I, O, E> baseline(Baseline baseline) {
		Assert.notNull(baseline, "'baseline' must not be null");
		this.baseline = baseline;
		return this;
	}

	/**
	 * Describe the experiment.
	 * @param description the description, for people
	 * @return this experiment
	 */
	public Experiment<I, O, E> description(String description) {
		this.description = description;
		return this;
	}

	// Add the scorers, classifiers and parameters of a definition.
	Experiment<I, O, E> with(Eval<? super I, O, ? super E> eval) {
		eval.parameters().forEach((each) -> this.parameters.put(each.name(), each.defaultValue()));
		this.scorers.addAll(eval.scorers());
		this.classifiers.putAll(eval.classifiers());
		return this;
	}

	@Override
	Experiment<I, O, E> self() {
		return this;
	}

	/**
	 * Run the experiment and wait for its end. If this thread is interrupted meanwhile,
	 * the run is cancelled, and the interrupt flag is set again on return.
	 * @return the result
	 * @throws EvalAbortedException if the run ended early, because every row failed
	 */
	public ExperimentResult<I, O, E> run() {
		return this.runner.run(plan());
	}

	/**
	 * Start the experiment on its own threads.
	 * @return the running experiment
	 */
	public RunningExperiment<I, O, E> start() {
		return this.runner.start(plan());
	}

	private Plan<I, O, E> plan() {
		Assert.state(!this.scorers.isEmpty() || !this.classifiers.isEmpty(),
				() -> "The experiment '" + this.name + "' needs a scorer or a classifier");
		return new Plan<>(this.name, this.description, this.cases.pinned(), this.task, List.copyOf(this.scorers),
				new LinkedHashMap<>(this.classifiers), this.trials, this.maxConcurrency, this.timeout, this.retries,
				this.onError, this.abortAfter, this.otherProjects, EvalParameters.of(this.parameters),
				new LinkedHashMap<>(this.metadata), List.copyOf(this.tags), this.keepOutputs, this.baseline);
	}

}
