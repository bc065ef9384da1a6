package dev.braintrust.spring.eval.test;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import dev.braintrust.spring.eval.EvalAbortedException;
import dev.braintrust.spring.eval.Experiment;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static dev.braintrust.spring.eval.test.ExperimentAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of experiments as JUnit tests.
 */
class EvalTestsTests {

	private final ProjectEvals evals = Evals.of(new RecordedSpans().projects("support"), "support");

	private Experiment<String, String, String> echo(String... inputs) {
		return this.evals.experiment("echo")
			.cases(Dataset.of(Stream.of(inputs).map((input) -> EvalCase.of(input, "good\nanswer")).toList()))
			.task((input) -> {
				if (input.equals("bad")) {
					throw new IllegalStateException("bad luck");
				}
				return input;
			})
			.scorers(Scorers.exactMatch());
	}

	@TestFactory
	Stream<DynamicTest> thisIsATestForEachRowAndAGate() {
		return EvalTests.of(echo("good\nanswer", "other"),
				(result) -> assertThat(result).score("exactMatch").averageAtLeast(0.5));
	}

	@Test
	void eachRowIsATestThatFailsByItsErrorAlone() throws Throwable {
		List<DynamicTest> tests = EvalTests.of(echo("good\nanswer", "other", "bad")).toList();
		assertThat(tests).extracting(DynamicTest::getDisplayName)
			.containsExactly("row 0: good answer (exactMatch 100 %)", "row 1: other (exactMatch 0 %)",
					"row 2: bad (exactMatch 0 %)");
		tests.get(0).getExecutable().execute();
		tests.get(1).getExecutable().execute();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> tests.get(2).getExecutable().execute())
			.satisfies((error) -> assertThat(error.getMessage())
				.matches("The task failed: java\\.lang\\.IllegalStateException: bad luck\n"
						+ "see: file:.*/braintrust-evals/support/echo.*\\.html#row-2"))
			.withCauseInstanceOf(IllegalStateException.class);
	}

	@Test
	void gateGetsTheResult() throws Throwable {
		AtomicInteger rows = new AtomicInteger();
		List<DynamicTest> tests = EvalTests
			.of(echo("a", "b").trials(2), (ExperimentResult<?, ?, ?> result) -> rows.set(result.rows().size()))
			.toList();
		assertThat(tests).extracting(DynamicTest::getDisplayName)
			.containsExactly("row 0: a (exactMatch 0 %)", "row 0, trial 1: a (exactMatch 0 %)",
					"row 1: b (exactMatch 0 %)", "row 1, trial 1: b (exactMatch 0 %)", "gate");
		tests.get(4).getExecutable().execute();
		assertThat(rows).hasValue(4);
	}

	@Test
	void rowsRunAtTheSameTimeWhileTestsAreAskedFor() {
		CountDownLatch both = new CountDownLatch(2);
		Stream<DynamicTest> tests = EvalTests
			.of(this.evals.experiment("both").cases(EvalCase.of(1, 1), EvalCase.of(2, 2)).task((input) -> {
				both.countDown();
				assertThat(both.await(60, TimeUnit.SECONDS)).isTrue();
				return input;
			}).scorers(Scorers.exactMatch()).maxConcurrency(2));
		assertThat(tests.map(DynamicTest::getDisplayName)).containsExactly("row 0: 1 (exactMatch 100 %)",
				"row 1: 2 (exactMatch 100 %)");
	}

	@Test
	void rowsThatDidNotRunFailAndTheGateSaysWhy() {
		List<DynamicTest> tests = EvalTests
			.of(echo("bad", "bad", "good\nanswer").maxConcurrency(1).abortAfter(2), (result) -> {
			})
			.toList();
		assertThat(tests).hasSize(4);
		assertThat(tests.get(2).getDisplayName()).isEqualTo("a row that did not run");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> tests.get(2).getExecutable().execute());
		assertThatExceptionOfType(EvalAbortedException.class).isThrownBy(() -> tests.get(3).getExecutable().execute());
	}

	@Test
	void excerptSplitsNoCharacter() {
		assertThat(Values.excerpt("ab\uD83D\uDE00c", 4)).isEqualTo("ab\uD83D\uDE00c");
		assertThat(Values.excerpt("ab\uD83D\uDE00c", 3)).isEqualTo("ab\uD83D\uDE00…");
	}

	@Test
	void streamWithoutAGateWaitsForTheEndOfTheRunAndItsFailure() {
		Stream<DynamicTest> tests = EvalTests.of(echo("bad", "bad", "good\nanswer").maxConcurrency(1).abortAfter(2));
		assertThat(tests.iterator()).toIterable().hasSize(3);
		assertThatExceptionOfType(EvalAbortedException.class).isThrownBy(tests::close);
	}

	@Test
	void streamThatIsClosedCancelsTheRun() throws InterruptedException {
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch interrupted = new CountDownLatch(1);
		try (Stream<DynamicTest> tests = EvalTests
			.of(this.evals.experiment("stopped").cases(EvalCase.of(1, 1)).task((input) -> {
				running.countDown();
				try {
					new CountDownLatch(1).await();
				}
				catch (InterruptedException ex) {
					interrupted.countDown();
				}
				return input;
			}).scorers(Scorers.exactMatch()))) {
			assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
		}
		assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
	}

}
