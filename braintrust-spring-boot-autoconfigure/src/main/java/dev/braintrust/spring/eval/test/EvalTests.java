package dev.braintrust.spring.eval.test;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.braintrust.spring.eval.Experiment;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.RunningExperiment;
import dev.braintrust.spring.eval.score.Score;
import org.junit.jupiter.api.DynamicTest;

import org.springframework.util.Assert;

/**
 * Runs an experiment as JUnit tests: one for each row, and one for the result.
 *
 * <pre>
 * &#64;TestFactory
 * Stream&lt;DynamicTest&gt; refunds() {
 *     return EvalTests.of(this.evals.experiment("refunds")
 *         .cases(Dataset.jsonl("classpath:evals/refunds.jsonl"))
 *         .task(this.agent::answer)
 *         .scorers(Scorers.exactMatch()), (result) -&gt; assertThat(result).score("exactMatch").averageAtLeast(0.8));
 * }
 * </pre>
 *
 * Rows run concurrently on the experiment's own threads, up to its limit. JUnit gets the
 * rows in the order of the cases, each after it has ended. The test of a row fails if its
 * task or a scorer failed. The gate asserts the scores.
 */
public final class EvalTests {

	private static final int EXCERPT = 60;

	private EvalTests() {
	}

	/**
	 * Run an experiment, without a gate.
	 * @param experiment the experiment
	 * @return a test for each row
	 */
	public static Stream<DynamicTest> of(Experiment<?, ?, ?> experiment) {
		Assert.notNull(experiment, "'experiment' must not be null");
		RunningExperiment<?, ?, ?> running = experiment.start();
		// Without a gate, only this waits until the experiment is sent and reported.
		return rows(running).onClose(running::join);
	}

	/**
	 * Run an experiment with a gate.
	 * @param experiment the experiment
	 * @param gate assertions for the result
	 * @param <I> the type of the inputs
	 * @param <O> the type of the outputs
	 * @param <E> the type of the expected outputs
	 * @return a test for each row, and the test {@code gate} of the result
	 */
	public static <I, O, E> Stream<DynamicTest> of(Experiment<I, O, E> experiment,
			Consumer<? super ExperimentResult<I, O, E>> gate) {
		Assert.notNull(experiment, "'experiment' must not be null");
		Assert.notNull(gate, "'gate' must not be null");
		RunningExperiment<I, O, E> running = experiment.start();
		return Stream.concat(rows(running),
				Stream.of(DynamicTest.dynamicTest("gate", () -> gate.accept(running.join()))));
	}

	// JUnit takes the next test after the previous one has ended, so its name can contain
	// the scores of the row.
	private static <I, O, E> Stream<DynamicTest> rows(RunningExperiment<I, O, E> running) {
		return running.rows().stream().map(EvalTests::row).onClose(running::cancel);
	}

	private static <I, O, E> DynamicTest row(CompletableFuture<RowResult<I, O, E>> row) {
		try {
			RowResult<I, O, E> ended = row.join();
			return DynamicTest.dynamicTest(name(ended), () -> check(ended));
		}
		catch (CancellationException ex) {
			return DynamicTest.dynamicTest("a row that did not run", () -> {
				throw new AssertionError("The experiment ended before this row did");
			});
		}
	}

	private static String name(RowResult<?, ?, ?> row) {
		String scores = row.scores()
			.entrySet()
			.stream()
			.map((score) -> score.getKey() + " " + percent(score))
			.collect(Collectors.joining(", "));
		return "row " + row.index() + ((row.trial() > 0) ? ", trial " + row.trial() : "") + ": "
				+ Values.excerpt(row.input(), EXCERPT) + (scores.isEmpty() ? "" : " (" + scores + ")");
	}

	private static String percent(Map.Entry<String, Score> score) {
		Double value = score.getValue().value();
		return (value != null) ? String.format(Locale.ROOT, "%.0f %%", 100 * value) : "skipped";
	}

	private static void check(RowResult<?, ?, ?> row) {
		if (row.error() != null) {
			throw failed("The task failed: ", row.error(), row);
		}
		row.scorerErrors().forEach((scorer, error) -> {
			throw failed("The scorer '" + scorer + "' failed: ", error, row);
		});
	}

	private static AssertionError failed(String what, Throwable error, RowResult<?, ?, ?> row) {
		return new AssertionError(
				what + Values.excerpt(error, Values.LONG) + ((row.page() != null) ? "\nsee: " + row.page() : ""),
				error);
	}

}
