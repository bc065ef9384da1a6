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
	 * How often the task runs for each case, because a model does not always answer the
	 * same. The default is 1.
	 * @param trials the number of trials
	 * @return the experiment
	 */
	public final S trials(int trials) {
		Assert.isTrue(trials > 0, "'trials' must be positive");
		this.trials = trials;
		return self();
	}

	/**
	 * How many rows run at the same time. The default is 10. With 1,
	 * {@link Experiment#run()} runs all of them on its own thread, so that they see its
	 * transaction, its security context and its MDC.
	 * @param maxConcurrency the number of rows
	 * @return the experiment
	 */
	public final S maxConcurrency(int maxConcurrency) {
		Assert.isTrue(maxConcurrency > 0, "'maxConcurrency' must be positive");
		this.maxConcurrency = maxConcurrency;
		return self();
	}

	/**
	 * How long each attempt of a task may take. Then its thread is interrupted and the
	 * attempt has failed. The default is 5 minutes. With {@code maxConcurrency(1)} a task
	 * that ignores interrupts holds up the run.
	 * @param timeout the time
	 * @return the experiment
	 */
	public final S timeout(Duration timeout) {
		Assert.isTrue(timeout.toMillis() > 0, "'timeout' must be positive");
		this.timeout = timeout;
		return self();
	}

	/**
	 * How often a task that fails is tried again, with growing pauses. The default is 0.
	 * Scorers are not tried again.
	 * @param retries the number of retries
	 * @return the experiment
	 */
	public final S retries(int retries) {
		Assert.isTrue(retries >= 0, "'retries' must not be negative");
		this.retries = retries;
		return self();
	}

	/**
	 * What the scores of a row are whose task failed. The default is 0 for each scorer.
	 * @param onError what they are
	 * @return the experiment
	 */
	public final S onError(OnError onError) {
		Assert.notNull(onError, "'onError' must not be null");
		this.onError = onError;
		return self();
	}

	/**
	 * End the run if the first rows that end have all failed, since the others would only
	 * cost money: {@link Experiment#run()} throws an {@link EvalAbortedException}. The
	 * default is 10.
	 * @param rows the number of rows, 0 for never
	 * @return the experiment
	 */
	public final S abortAfter(int rows) {
		Assert.isTrue(rows >= 0, "'rows' must not be negative");
		this.abortAfter = rows;
		return self();
	}

	/**
	 * Where the spans of other projects go that the task makes. The default is where they
	 * go in production.
	 * @param otherProjects where they go
	 * @return the experiment
	 */
	public final S otherProjects(OtherProjects otherProjects) {
		Assert.notNull(otherProjects, "'otherProjects' must not be null");
		this.otherProjects = otherProjects;
		return self();
	}

	/**
	 * Whether the result keeps what the tasks return. The default is {@code true}.
	 * Without outputs an experiment with many large ones needs less memory.
	 * @param keepOutputs whether outputs are kept
	 * @return the experiment
	 */
	public final S keepOutputs(boolean keepOutputs) {
		this.keepOutputs = keepOutputs;
		return self();
	}

}
