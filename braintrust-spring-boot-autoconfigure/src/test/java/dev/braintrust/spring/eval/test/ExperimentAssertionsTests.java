package dev.braintrust.spring.eval.test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import dev.braintrust.spring.eval.Experiment;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.OnError;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.RunningExperiment;
import dev.braintrust.spring.eval.compare.Baseline;
import dev.braintrust.spring.eval.compare.BaselineFile;
import dev.braintrust.spring.eval.compare.ScoredInputs;
import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Score;
import dev.braintrust.spring.eval.score.Scorer;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.eval.score.Scoring;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static dev.braintrust.spring.eval.test.ExperimentAssertions.assertThat;
import static dev.braintrust.spring.test.BraintrustAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests that the assertions can be used together with AssertJ's and the starter's own.
 */
@ExtendWith(OutputCaptureExtension.class)
class ExperimentAssertionsTests {

	private final RecordedSpans spans = new RecordedSpans();

	private final ProjectEvals evals = Evals.of(this.spans.projects("support"), "support");

	// The input of a row is its score. Below 0, the task fails; above 1, the
	// scorer fails.
	private Experiment<Double, Double, String> scored(double... scores) {
		return this.evals.experiment("scored")
			.cases(Dataset.of(IntStream.range(0, scores.length)
				.mapToObj((i) -> EvalCase.of(scores[i], "expected " + i))
				.toList()))
			.task((input) -> {
				if (input < 0) {
					throw new IllegalStateException("bad luck");
				}
				return input;
			})
			.scorers(new Given());
	}

	private static void fails(ExperimentResult<?, ?, ?> result, Consumer<ExperimentAssert> assertion,
			String... messages) {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertion.accept(ExperimentAssertions.assertThat(result)))
			.satisfies((error) -> assertThat(error.getMessage()).contains(messages));
	}

	@Test
	void meanIsAsserted() {
		ExperimentResult<?, ?, ?> result = scored(1, 0.5, 0).run();
		assertThat(result).hasNoErrors().score("given").averageAtLeast(0.5).score("given").averageAtLeast(0.49);
		assertThat(result.rows().get(2).page()).hasScheme("file").hasFragment("row-2");
		fails(result, (it) -> it.score("given").averageAtLeast(0.51), "has a mean of 50.0 %, and not at least 51.0 %",
				"scored · project support · 3 rows", "row 2\n  see: " + result.rows().get(2).page()
						+ "\n  input: 0.0\n  output: 0.0\n  expected: expected 2\n" + "  given: 0.0 %: it was given");
		assertThat(this.spans).project("support").hasTraces(3);
	}

	@Test
	void rateAndEachRowAreAsserted() {
		ExperimentResult<?, ?, ?> result = scored(1, 1, 1, 0.5).run();
		assertThat(result).score("given").rateAtLeast(0.75, 1).rateAtLeast(1, 0.5).everyRowAtLeast(0.5);
		fails(result, (it) -> it.score("given").rateAtLeast(0.76, 1), "at least 100.0 % in 3 of 4 rows");
		fails(result, (it) -> it.score("given").everyRowAtLeast(0.6), "is below 60.0 % in 1 row\n");
	}

	@Test
	void worstTrialCountsInEveryTrial(CapturedOutput output) {
		Experiment<Integer, Double, String> experiment = this.evals.experiment("flaky")
			.cases(EvalCase.<Integer, String>of(1), EvalCase.<Integer, String>of(2))
			.taskWithRow((input, row) -> (input == 1 && row.trial() == 1) ? 0.0 : 1.0)
			.scorer("given", (it) -> it.output())
			.trials(4);
		ExperimentResult<?, ?, ?> result = experiment.run();
		assertThat(result).score("given").averageAtLeast(0.875).rateAtLeast(0.875, 1);
		fails(result, (it) -> it.score("given").inEveryTrial().rateAtLeast(0.6, 1), "in 1 of 2 cases");
		fails(result, (it) -> it.score("given").inEveryTrial().averageAtLeast(0.6), "has a mean of 50.0 %");
		fails(result, (it) -> it.score("given").inEveryTrial().everyRowAtLeast(0.6), "in 1 case");
		assertThat(result).score("given").warnBelow(0.6).inEveryTrial().warnBelow(0.6);
		assertThat(output).containsOnlyOnce("is 50.0 %, below 60.0 %");
		fails(result, (it) -> it.score("given").everyRowAtLeast(0.6), "in 1 row");
	}

	@Test
	void missingScoresFailUnlessTheyAreAllowed() {
		ExperimentResult<?, ?, ?> result = scored(1, 1, 1, -1).onError(OnError.SKIP_SCORES).run();
		for (Consumer<ScoreAssert> assertion : List.<Consumer<ScoreAssert>>of((it) -> it.averageAtLeast(0),
				(it) -> it.rateAtLeast(0, 0), (it) -> it.everyRowAtLeast(0), (it) -> it.hasNotRegressedBy(1))) {
			fails(result, (it) -> assertion.accept(it.score("given")), "is missing in 1 of 4 rows", "bad luck");
		}
		fails(result, (it) -> it.score("given").allowingMissing(0.24).averageAtLeast(0), "is missing in 1 of 4 rows");
		assertThat(result).score("given").allowingMissing(0.25).averageAtLeast(1).rateAtLeast(1, 1).everyRowAtLeast(1);
		fails(result, (it) -> it.score("other"), "There is no score 'other', but [given]");
	}

	@Test
	void rowsThatDidNotRunAreMissing() {
		CountDownLatch second = new CountDownLatch(1);
		RunningExperiment<String, String, String> running = this.evals.experiment("echo")
			.cases(EvalCase.of("a", "a"), EvalCase.of("b", "b"))
			.task((input) -> {
				if (input.equals("b")) {
					second.countDown();
					new CountDownLatch(1).await();
				}
				return input;
			})
			.scorers(Scorers.exactMatch())
			.maxConcurrency(1)
			.start();
		assertThatNoException().isThrownBy(second::await);
		running.cancel();
		ExperimentResult<String, String, String> result = running.join();
		fails(result, (it) -> it.hasErrorsAtMost(2), "1 row did not run to the end");
		fails(result, (it) -> it.score("exactMatch").averageAtLeast(0.5), "is missing in 1 of 2 rows");
		assertThat(result).score("exactMatch").allowingMissing(0.5).averageAtLeast(1);
	}

	@Test
	void failedTaskIsZeroAndFailedScorerIsMissing() {
		ExperimentResult<?, ?, ?> zero = scored(1, -1).run();
		fails(zero, (it) -> it.score("given").rateAtLeast(0.6, 1), "in 1 of 2 rows");
		fails(zero, ExperimentAssert::hasNoErrors, "1 of 2 rows ended with errors", "bad luck");
		assertThat(zero).hasErrorsAtMost(1);
		fails(scored(1, 2).run(), (it) -> it.score("given").averageAtLeast(0), "is missing in 1 of 2 rows",
				"given: failed: ");
	}

	@Test
	void regressionIsMeasuredAgainstTheBaseline(@TempDir Path folder) {
		BaselineFile file = new BaselineFile(folder.resolve("main.json"));
		ExperimentResult<?, ?, ?> without = scored(0.5).run();
		fails(without, (it) -> it.score("given").hasNotRegressedBy(0), "has nothing to be compared with");
		ExperimentResult<?, ?, ?> missing = scored(0.5).baseline(Baseline.file(file.file())).run();
		fails(missing, (it) -> it.score("given").hasNotRegressedBy(0), "braintrust.evals.bless=true");
		ScoredInputs before = new ScoredInputs();
		before.add("0.5", java.util.Map.of("given", 0.6));
		file.bless(before);
		ExperimentResult<?, ?, ?> worse = scored(0.5, 1).baseline(Baseline.file(file.file())).run();
		fails(worse, (it) -> it.score("given").hasNotRegressedBy(0.05),
				"has fallen by 10.0 % since the baseline 'main.json', and not by 5.0 % at most");
		assertThat(worse).score("given").hasNotRegressedBy(0.1);
		assertThat(worse.table()).contains("baseline main.json", "-10.0 %  0 better  1 worse  1 unmatched");
		ExperimentResult<?, ?, ?> others = scored(0.7).baseline(Baseline.file(file.file())).run();
		fails(others, (it) -> it.score("given").hasNotRegressedBy(1), "no row of the baseline");
	}

	@Test
	void tokensTimeAndSendingAreAsserted() {
		ExperimentResult<?, ?, ?> result = this.evals.experiment("used")
			.cases(EvalCase.<Integer, String>of(10), EvalCase.<Integer, String>of(90))
			.taskWithRow((input, row) -> input)
			.scorer("one", (it) -> 1)
			.run();
		assertThat(result).usesTokensAtMost(0)
			.takesAtMost(Duration.ofMinutes(5), 1)
			.takesAtMost(Duration.ofMinutes(5), 0.5);
		fails(result, (it) -> it.takesAtMost(Duration.ZERO, 1), "100 % of the tasks take");
		fails(result, ExperimentAssert::wasSent, "The experiment was not sent to Braintrust");
	}

	@Test
	void warningFailsNothing(CapturedOutput output) {
		assertThat(scored(0.5).run()).score("given").warnBelow(0.5).warnBelow(0.8);
		assertThat(output).contains("The score 'given' of the experiment 'scored' is 50.0 %, below 80.0 %")
			.doesNotContain("below 50.0 %");
	}

	@Test
	void fiveWorstRowsAreShownOnOneLineEach() {
		double[] scores = IntStream.range(0, 20).mapToDouble((i) -> i / 20.0).toArray();
		fails(scored(scores).run(), (it) -> it.score("given").averageAtLeast(1), "row 0\n", "row 4\n",
				"and 15 more rows");
	}

	private static final class Given implements Scorer<Double, Double, String> {

		@Override
		public String name() {
			return "given";
		}

		@Override
		public List<Score> score(Scoring<? extends Double, ? extends Double, ? extends String> it) {
			return List.of(Score.of(it.output()).because("it was\ngiven"));
		}

	}

}
