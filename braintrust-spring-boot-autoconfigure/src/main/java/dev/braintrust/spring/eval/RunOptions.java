package dev.braintrust.spring.eval;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * The options of a run. They are methods of {@link Experiment}:
 *
 * <pre class="code">
 * evals.experiment("refunds").cases(cases).task(agent::answer)
 *     .trials(3).maxConcurrency(4).timeout(Duration.ofSeconds(30)).retries(1)
 * </pre>
 *
 * @param <S> the type of the experiment
 */
public abstract sealed class RunOptions<S extends RunOptions<S>> permits Experiment {

	int trials = 1;

	int maxConcurrency = 10;

	Duration timeout = Duration.ofMinutes(5);

	int retries;

	OnError onError = OnError.SCORE_ZERO;

	int abortAfter = 10;

	OtherProjects otherProjects = OtherProjects.SEPARATE;

	boolean keepOutputs = true;

	RunOptions() {
	}

	abstract S self();

	/**
	 * Set how often the task runs for each case, because the answers of a model vary. The
	 * default is 1.
	 * @param trials the number of trials
	 * @return the experiment
	 */
	public final S trials(int trials) {
		Assert.isTrue(trials > 0, "'trials' must be positive");
		this.trials = trials;
		return self();
	}

	/**
	 * Set how many rows run at the same time. The default is 10. With 1,
	 * {@link Experiment#run()} runs all rows on the calling thread, so that they see its
	 * transaction, security context and MDC.
	 * @param maxConcurrency the maximum number of concurrent rows
	 * @return the experiment
	 */
	public final S maxConcurrency(int maxConcurrency) {
		Assert.isTrue(maxConcurrency > 0, "'maxConcurrency' must be positive");
		this.maxConcurrency = maxConcurrency;
		return self();
	}

	/**
	 * Set how long each attempt of a task may take. After that, its thread is interrupted
	 * and the attempt fails. The default is 5 minutes. With {@code maxConcurrency(1)}, a
	 * task that ignores interrupts blocks the run.
	 * @param timeout the maximum duration
	 * @return the experiment
	 */
	public final S timeout(Duration timeout) {
		Assert.isTrue(timeout.toMillis() > 0, "'timeout' must be positive");
		this.timeout = timeout;
		return self();
	}

	/**
	 * Set how often a failed task is retried, with growing pauses. The default is 0.
	 * Scorers are not retried.
	 * @param retries the maximum number of retries
	 * @return the experiment
	 */
	public final S retries(int retries) {
		Assert.isTrue(retries >= 0, "'retries' must not be negative");
		this.retries = retries;
		return self();
	}

	/**
	 * Set the scores of rows whose task failed. The default is 0 for each scorer.
	 * @param onError the scores
	 * @return the experiment
	 */
	public final S onError(OnError onError) {
		Assert.notNull(onError, "'onError' must not be null");
		this.onError = onError;
		return self();
	}

	/**
	 * End the run early if the first rows that end have all failed, because more rows
	 * would only cost money: {@link Experiment#run()} then throws an
	 * {@link EvalAbortedException}. The default is 10 rows.
	 * @param rows the number of rows, 0 for never
	 * @return the experiment
	 */
	public final S abortAfter(int rows) {
		Assert.isTrue(rows >= 0, "'rows' must not be negative");
		this.abortAfter = rows;
		return self();
	}

	/**
	 * Set the destination of spans that the task creates in other projects. The default
	 * is the same as in production.
	 * @param otherProjects the destination
	 * @return the experiment
	 */
	public final S otherProjects(OtherProjects otherProjects) {
		Assert.notNull(otherProjects, "'otherProjects' must not be null");
		this.otherProjects = otherProjects;
		return self();
	}

	/**
	 * Set whether the result keeps the outputs of the tasks. The default is {@code true}.
	 * Switch it off to save memory if there are many large outputs.
	 * @param keepOutputs whether to keep outputs
	 * @return the experiment
	 */
	public final S keepOutputs(boolean keepOutputs) {
		this.keepOutputs = keepOutputs;
		return self();
	}

}
