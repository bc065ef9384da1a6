package dev.braintrust.spring.eval.run;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.EvalAbortedException;
import dev.braintrust.spring.eval.Experiment;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.OnError;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.RunningExperiment;
import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.report.ExperimentWatch;
import dev.braintrust.spring.eval.score.Classification;
import dev.braintrust.spring.eval.score.Score;
import dev.braintrust.spring.eval.score.Scorer;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.eval.score.Scoring;
import dev.braintrust.spring.eval.score.TokenUsage;
import dev.braintrust.spring.test.RecordedSpan;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests of experiments that are not sent.
 */
class ExperimentRunTests {

	private final RecordedSpans spans = new RecordedSpans();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withBean(RecordedSpans.class, () -> this.spans)
		.withBean(Injected.class)
		.withPropertyValues("braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1");

	@Test
	void rowsAreRunScoredAndSummedUp() {
		run((evals) -> {
			ExperimentResult<String, String, String> result = evals.experiment("refunds")
				.cases(EvalCase.of("a", "A").tags("x").metadata("k", 1), EvalCase.of("b", "B"),
						EvalCase.of("c", "other"))
				.task(String::toUpperCase)
				.scorers(Scorers.exactMatch(), Scorers.levenshtein())
				.scorer("half", (it) -> 0.5)
				.run();
			assertThat(result.project()).isEqualTo("support");
			assertThat(result.name()).isEqualTo("refunds");
			assertThat(result.sent()).isFalse();
			assertThat(result.id()).isNull();
			assertThat(result.rows()).extracting(RowResult::input).containsExactly("a", "b", "c");
			assertThat(result.rows()).extracting(RowResult::output).containsExactly("A", "B", "C");
			assertThat(result.rows().get(0).tags()).containsExactly("x");
			assertThat(result.rows().get(0).metadata()).containsEntry("k", 1);
			assertThat(result.rows().get(2).score("exactMatch")).isZero();
			assertThat(result.errors()).isEmpty();
			assertThat(result.scores().keySet()).containsExactly("exactMatch", "levenshtein", "half");
			assertThat(result.score("exactMatch").mean()).isEqualTo(2.0 / 3, within(1e-9));
			assertThat(result.score("exactMatch").standardError()).isEqualTo(1.0 / 3, within(1e-9));
			assertThat(result.score("half").standardError()).isZero();
			assertThat(result.score("half").count()).isEqualTo(3);
			assertThatIllegalArgumentException().isThrownBy(() -> result.score("other"))
				.withMessageContaining("exactMatch, levenshtein, half");
			assertThat(result.table()).contains("refunds · project support · 3 rows", "exactMatch    66.7 %  ±33.3",
					"errors       none", "not sent to Braintrust");
		});
		assertThat(this.spans.traces("support")).hasSize(3);
	}

	@Test
	void failedTaskIsZeroInScoresThatHaveNamesOfTheirOwn() {
		run((evals) -> {
			ExperimentResult<String, String, String> result = evals.experiment("refunds")
				.cases(EvalCase.of("good", "x"), EvalCase.of("bad", "x"), EvalCase.of("worse", "x"))
				.task((input) -> {
					if (!input.equals("good")) {
						throw new IllegalStateException(input);
					}
					return input;
				})
				.scorers(new Scorer<String, String, String>() {

					@Override
					public String name() {
						return "judge";
					}

					@Override
					public List<Score> score(Scoring<? extends String, ? extends String, ? extends String> row) {
						return List.of(Score.of("helpful", 1.0), Score.of("kind", 0.5));
					}

				})
				.run();
			assertThat(result.scores().keySet()).containsExactly("helpful", "kind");
			assertThat(result.score("helpful").mean()).isEqualTo(1.0 / 3, within(1e-9));
			assertThat(result.score("helpful").count()).isEqualTo(3);
		});
	}

	@Test
	void scorerThatFailsIsMissingInTheScoresThatItGivesElsewhereAndInNoOthers() {
		run((evals) -> {
			ExperimentResult<String, String, String> result = evals.experiment("refunds")
				.cases(EvalCase.of("good", "good"), EvalCase.of("bad", "bad"))
				.task((input) -> input)
				.scorers(new Named("judge", List.of(Score.of("helpful", 1), Score.of("kind", 0.5)), "bad"),
						new Named("always", List.of(Score.of(1))))
				.run();
			assertThat(result.scores().keySet()).containsExactly("always", "helpful", "kind");
			for (String name : List.of("helpful", "kind")) {
				assertThat(result.score(name).count()).isOne();
				assertThat(result.score(name).failed()).isOne();
				assertThat(result.score(name).skipped()).isZero();
			}
		});
	}

	@Test
	void scoreThatIsNotGivenIsSkippedWhereAnotherScorerFails() {
		run((evals) -> {
			ExperimentResult<String, String, String> result = evals.experiment("refunds")
				.cases(EvalCase.of("good", "good"), EvalCase.of("bad", "bad"))
				.task((input) -> input)
				.scorers(new Named("broken", List.of(Score.of(1)), "bad"), new Scorer<String, String, String>() {

					@Override
					public String name() {
						return "some";
					}

					@Override
					public List<Score> score(Scoring<? extends String, ? extends String, ? extends String> row) {
						return row.input().equals("good") ? List.of(Score.of(1)) : List.of();
					}

				})
				.run();
			assertThat(result.score("broken").failed()).isOne();
			assertThat(result.score("some").failed()).isZero();
			assertThat(result.score("some").skipped()).isOne();
		});
	}

	@Test
	void spansOfARowAreThoseOfTheSpecification() {
		run((evals) -> evals.experiment("refunds")
			.cases(EvalCase.of("a", "A").tags("x").metadata("k", 1).id("case-1"))
			.taskWithRow((input, row) -> {
				row.metadata("model", "m").tags("y");
				row.span().metadata("of", "task");
				return input.toUpperCase();
			})
			.scorers(Scorers.exactMatch())
			.scorers(Scorers.of("rated", (it) -> 0.25))
			.classifier("size", (it) -> List.of(Classification.of("s", "small").metadata("n", 1)))
			.run());
		assertThat(this.spans.of("support")).extracting(RecordedSpan::name)
			.containsExactlyInAnyOrder("task", "exactMatch", "rated", "size", "eval")
			.containsSubsequence("task", "exactMatch", "rated", "eval")
			.containsSubsequence("task", "size", "eval");
		RecordedSpan row = span("eval");
		assertThat(attribute(row, "braintrust.span_attributes")).isEqualTo("{\"type\":\"eval\",\"name\":\"eval\"}");
		assertThat(attribute(row, "braintrust.input_json")).isEqualTo("\"a\"");
		assertThat(attribute(row, "braintrust.expected_json")).isEqualTo("\"A\"");
		assertThat(attribute(row, "braintrust.output_json")).isEqualTo("\"A\"");
		assertThat(attribute(row, "braintrust.metadata")).isEqualTo("{\"k\":1,\"model\":\"m\"}");
		assertThat(attribute(row, "braintrust.tags")).isEqualTo(List.of("x", "y"));
		assertThat(attribute(row, "braintrust.classifications"))
			.isEqualTo("{\"size\":[{\"id\":\"s\",\"label\":\"small\",\"metadata\":{\"n\":1}}]}");
		assertThat(attribute(row, "braintrust.scores")).isNull();
		RecordedSpan task = span("task");
		assertThat(attribute(task, "braintrust.span_attributes")).isEqualTo("{\"type\":\"task\",\"name\":\"task\"}");
		assertThat(attribute(task, "braintrust.input_json")).isEqualTo("\"a\"");
		assertThat(attribute(task, "braintrust.expected_json")).isEqualTo("\"A\"");
		assertThat(attribute(task, "braintrust.output_json")).isEqualTo("\"A\"");
		assertThat(attribute(task, "braintrust.metadata")).isEqualTo("{\"of\":\"task\"}");
		RecordedSpan score = span("rated");
		assertThat(attribute(score, "braintrust.span_attributes"))
			.isEqualTo("{\"type\":\"score\",\"name\":\"rated\",\"purpose\":\"scorer\"}");
		assertThat(attribute(score, "braintrust.scores")).isEqualTo("{\"rated\":0.25}");
		assertThat(attribute(score, "braintrust.output_json")).isEqualTo("{\"score\":0.25}");
		assertThat(attribute(score, "braintrust.input_json")).isEqualTo("{\"input\":\"a\",\"output\":\"A\","
				+ "\"expected\":\"A\",\"metadata\":{\"k\":1,\"model\":\"m\"},\"tags\":[\"x\",\"y\"]}");
		RecordedSpan classifier = span("size");
		assertThat(attribute(classifier, "braintrust.span_attributes"))
			.isEqualTo("{\"type\":\"classifier\",\"name\":\"size\",\"purpose\":\"scorer\"}");
		assertThat(attribute(classifier, "braintrust.output_json"))
			.isEqualTo("{\"size\":[{\"id\":\"s\",\"label\":\"small\",\"metadata\":{\"n\":1}}]}");
		assertThat(List.of(task, score, classifier)).allMatch((span) -> span.parentSpanId().equals(row.spanId()));
	}

	@Test
	void taskThatFailsScoresZeroAndIsSeen() {
		run((evals) -> {
			ExperimentResult<String, String, String> result = evals.experiment("refunds")
				.cases(EvalCase.of("good", "good"), EvalCase.of("bad", "bad"))
				.task(ExperimentRunTests::failBad)
				.scorers(Scorers.exactMatch())
				.classifier("c", (it) -> List.of())
				.run();
			assertThat(result.score("exactMatch").mean()).isEqualTo(0.5);
			assertThat(result.errors()).singleElement().satisfies((row) -> {
				assertThat(row.error()).isInstanceOf(IOException.class).hasMessage("bad luck");
				assertThat(row.output()).isNull();
				assertThat(row.score("exactMatch")).isZero();
			});
			assertThat(result.table()).contains("1 task, 0 rows with failed scorers");
		});
		assertThat(this.spans.traces("support")).anySatisfy((trace) -> {
			assertThat(trace.spans()).extracting(RecordedSpan::name)
				.containsExactlyInAnyOrder("task", "exactMatch", "eval");
			for (String name : List.of("task", "eval")) {
				RecordedSpan span = named(trace.spans(), name);
				assertThat(span.isError()).isTrue();
				assertThat(attribute(span, "braintrust.output_json")).isNull();
			}
			assertThat(attribute(named(trace.spans(), "exactMatch"), "braintrust.scores"))
				.isEqualTo("{\"exactMatch\":0.0}");
		});
	}

	@Test
	void scoresOfATaskThatFailsAreSkippedIfAsked() {
		run((evals) -> {
			ExperimentResult<String, String, String> result = evals.experiment("refunds")
				.cases(EvalCase.of("good", "good"), EvalCase.of("bad", "bad"))
				.task(ExperimentRunTests::failBad)
				.scorers(Scorers.exactMatch())
				.onError(OnError.SKIP_SCORES)
				.run();
			assertThat(result.score("exactMatch").mean()).isEqualTo(1);
			assertThat(result.score("exactMatch").failed()).isEqualTo(1);
			assertThat(result.table()).contains("1 failed");
		});
		assertThat(this.spans.of("support")).filteredOn((span) -> span.name().equals("exactMatch")).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(doubles = { -0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY })
	void scoreOutsideOfItsRangeIsAnErrorOfTheScorer(double value) {
		run((evals) -> {
			ExperimentResult<String, String, String> result = evals.experiment("refunds")
				.cases(EvalCase.of("a", "A"))
				.task(String::toUpperCase)
				.scorer("wrong", (it) -> value)
				.scorers(Scorers.exactMatch())
				.run();
			RowResult<String, String, String> row = result.rows().get(0);
			assertThat(row.scores()).containsOnlyKeys("exactMatch");
			assertThat(row.scorerErrors()).containsOnlyKeys("wrong");
			assertThat(result.score("wrong").count()).isZero();
			assertThat(result.score("wrong").failed()).isEqualTo(1);
			assertThat(result.errors()).hasSize(1);
		});
		assertThat(span("wrong").isError()).isTrue();
		assertThat(attribute(span("wrong"), "braintrust.scores")).isNull();
		assertThat(String.valueOf(attribute(span("eval"), "braintrust.metadata")))
			.contains("\"scorer_errors\":{\"wrong\":");
		assertThat(span("eval").isError()).isFalse();
	}

	@Test
	void scorersAndClassifiersThatThrowTakeNothingFromOthers() {
		run((evals) -> {
			ExperimentResult<String, String, String> result = evals.experiment("refunds")
				.cases(EvalCase.<String, String>of("a", null))
				.task(String::toUpperCase)
				.scorers(Scorers.exactMatch(), Scorers.of("fine", (it) -> 1))
				.classifier("broken", (it) -> {
					throw new IllegalStateException("no class");
				})
				.classifier("works", (it) -> List.of(Classification.of("x").named("group"), Classification.of("y")))
				.run();
			RowResult<String, String, String> row = result.rows().get(0);
			assertThat(row.scores()).containsOnlyKeys("fine");
			assertThat(row.scorerErrors()).containsOnlyKeys("exactMatch");
			assertThat(row.classifierErrors()).containsOnlyKeys("broken");
			assertThat(row.classifications()).containsOnlyKeys("group", "works");
		});
		assertThat(String.valueOf(attribute(span("eval"), "braintrust.metadata"))).contains("scorer_errors",
				"\"classifier_errors\":{\"broken\":\"java.lang.IllegalStateException: no class\"}");
	}

	@Test
	void classifiersRunBesideTheScorersOfTheirRow() {
		CountDownLatch scores = new CountDownLatch(1);
		CountDownLatch classifies = new CountDownLatch(1);
		run((evals) -> {
			RowResult<String, String, String> row = evals.experiment("refunds")
				.cases(EvalCase.of("a", "A"))
				.task(String::toUpperCase)
				.scorer("score", (it) -> {
					scores.countDown();
					await(classifies);
					return 1;
				})
				.classifier("class", (it) -> {
					classifies.countDown();
					await(scores);
					return List.of(Classification.of("x"));
				})
				.run()
				.rows()
				.get(0);
			assertThat(row.scores().get("score").value()).isEqualTo(1);
			assertThat(row.classifications().get("class")).hasSize(1);
		});
		assertThat(List.of(span("score"), span("class")))
			.allMatch((span) -> span.parentSpanId().equals(span("eval").spanId()));
	}

	@Tag("fault")
	@Test
	void classifierThatIsAbandonedLeavesNoMoreRowsAtATimeThanThereMayBe() {
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		CountDownLatch released = new CountDownLatch(1);
		run((evals) -> {
			ExperimentResult<Integer, Integer, Integer> result = evals.experiment("refunds")
				.cases(numbers(6))
				.task((input) -> input)
				.scorer("score", (it) -> 1)
				.classifier("hangs", (it) -> {
					most.accumulateAndGet(running.incrementAndGet(), Math::max);
					awaitUninterruptibly(released);
					return List.of();
				})
				.classifier("next", (it) -> {
					running.decrementAndGet();
					return List.of();
				})
				.timeout(Duration.ofSeconds(1))
				.maxConcurrency(2)
				.run();
			released.countDown();
			assertThat(result.rows()).hasSize(6)
				.anySatisfy((row) -> assertThat(row.classifierErrors().get("hangs"))
					.hasMessage("The classifier 'hangs' took longer than 1 s"));
		});
		assertThat(most.get()).isBetween(1, 2);
	}

	@Test
	void scorerMayGiveSeveralScoresOrNone() {
		run((evals) -> {
			ExperimentResult<String, String, String> result = evals.experiment("refunds")
				.cases(EvalCase.of("a", "A"), EvalCase.of("b", "B"))
				.task(String::toUpperCase)
				.scorers(new Named("several", List.of(Score.of("x", 1), Score.of("y", 0.5).because("half of it"))),
						new Named("none", List.of()), new Named("skips", List.of(Score.skipped())),
						new Named("twice", List.of(Score.of("x", 0))))
				.run();
			assertThat(result.scores().keySet()).containsExactly("skips", "twice", "x", "y");
			assertThat(result.score("x").mean()).isEqualTo(1);
			assertThat(result.score("skips").skipped()).isEqualTo(2);
			assertThat(result.score("twice").failed()).isEqualTo(2);
		});
		assertThat(attribute(span("several"), "braintrust.output_json"))
			.isEqualTo("{\"x\":{\"score\":1.0},\"y\":{\"score\":0.5}}");
		assertThat(attribute(span("several"), "braintrust.metadata"))
			.isEqualTo("{\"y\":{\"rationale\":\"half of it\"}}");
	}

	@Test
	void scorerThatReturnsNullOrANameTwiceHasFailed() {
		run((evals) -> {
			ExperimentResult<String, String, String> result = evals.experiment("refunds")
				.cases(EvalCase.of("a", "A"))
				.task(String::toUpperCase)
				.scorers(new Named("null", null), new Named("twice", List.of(Score.of("x", 1), Score.of("x", 0))),
						Scorers.exactMatch())
				.run();
			RowResult<String, String, String> row = result.rows().get(0);
			assertThat(row.scores()).containsOnlyKeys("exactMatch");
			assertThat(row.scorerErrors().get("null")).hasMessage("The scorer 'null' returned null");
			assertThat(row.scorerErrors().get("twice")).hasMessage("There are two scores 'x'");
			assertThat(result.score("null").failed()).isOne();
		});
	}

	@Test
	void trialsOfACaseCountAsOne() {
		AtomicInteger calls = new AtomicInteger();
		run((evals) -> {
			ExperimentResult<String, String, String> result = evals.experiment("refunds")
				.cases(EvalCase.of("flaky", "flaky"), EvalCase.<String, String>of("stable", "stable").trials(1))
				.task((input) -> (input.equals("flaky") && calls.getAndIncrement() % 2 == 0) ? "wrong" : input)
				.scorers(Scorers.exactMatch())
				.trials(4)
				.run();
			assertThat(result.rows()).extracting(RowResult::index).containsExactly(0, 0, 0, 0, 1);
			assertThat(result.rows()).extracting(RowResult::trial).containsExactly(0, 1, 2, 3, 0);
			// The mean over cases, not 3 of 5 rows.
			assertThat(result.score("exactMatch").mean()).isEqualTo(0.75);
			assertThat(result.table()).contains("5 rows of 2 cases");
		});
	}

	@Test
	void rowsRunAtTheSameTimeUpToTheLimit() {
		Set<Thread> threads = ConcurrentHashMap.newKeySet();
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		CountDownLatch four = new CountDownLatch(4);
		run((evals) -> {
			evals.experiment("refunds").cases(numbers(40)).task((input) -> {
				threads.add(Thread.currentThread());
				most.accumulateAndGet(running.incrementAndGet(), Math::max);
				four.countDown();
				four.await(1, TimeUnit.MINUTES);
				running.decrementAndGet();
				return input;
			}).scorers(Scorers.exactMatch()).maxConcurrency(4).run();
			assertThat(most.get()).isEqualTo(4);
			assertThat(threads).hasSizeLessThanOrEqualTo(4).doesNotContain(Thread.currentThread());
		});
	}

	@Test
	void oneRowAtATimeRunsOnTheThreadOfTheCaller() {
		Set<Thread> threads = ConcurrentHashMap.newKeySet();
		run((evals) -> {
			evals.experiment("refunds").cases(numbers(5)).task((input) -> {
				threads.add(Thread.currentThread());
				return input;
			}).scorer("thread", (it) -> threads.add(Thread.currentThread()) ? 0 : 1).classifier("thread", (it) -> {
				threads.add(Thread.currentThread());
				return List.of();
			}).maxConcurrency(1).run();
			assertThat(threads).containsExactly(Thread.currentThread());
		});
	}

	@Test
	void taskIsTriedAgainAndItsRowIsThatOfTheLastAttempt() {
		AtomicInteger calls = new AtomicInteger();
		run((evals) -> {
			ExperimentResult<String, String, String> result = evals.experiment("refunds")
				.cases(EvalCase.of("a", "a"))
				.taskWithRow((input, row) -> {
					tool(evals).toolSpan("tool " + row.attempt()).run((span) -> {
					});
					if (calls.getAndIncrement() == 0) {
						throw new IOException("out of luck");
					}
					return input;
				})
				.scorer("tools", (it) -> it.trace().toolNames().equals(List.of("tool 1")) ? 1 : 0)
				.retries(1)
				.run();
			assertThat(result.rows().get(0).attempts()).isEqualTo(2);
			assertThat(result.rows().get(0).error()).isNull();
			assertThat(result.score("tools").mean()).isEqualTo(1);
		});
		assertThat(this.spans.of("support")).extracting(RecordedSpan::name)
			.containsExactly("tool 0", "task", "tool 1", "task", "tools", "eval");
		assertThat(span("eval").isError()).isFalse();
	}

	@Test
	void tokensOfAllAttemptsCount() {
		AtomicInteger calls = new AtomicInteger();
		run((evals) -> {
			ExperimentResult<String, String, String> result = evals.experiment("refunds")
				.cases(EvalCase.of("a", "a"))
				.task((input) -> {
					tool(evals).llmSpan("model").run((span) -> span.metric("prompt_tokens", 10));
					if (calls.getAndIncrement() == 0) {
						throw new IOException("out of luck");
					}
					return input;
				})
				.scorer("last", (it) -> (it.trace().usage().promptTokens() == 10) ? 1 : 0)
				.retries(1)
				.run();
			assertThat(result.usage()).isEqualTo(new TokenUsage(2, 20, 0));
			assertThat(result.score("last").mean()).isEqualTo(1);
		});
	}

	@Test
	@Tag("fault")
	void taskThatTakesTooLongIsInterruptedAndOneThatIgnoresItIsAbandoned() {
		CountDownLatch end = new CountDownLatch(1);
		run((evals) -> {
			ExperimentResult<String, String, String> result = evals.experiment("refunds")
				.cases(EvalCase.of("sleeps", "x"), EvalCase.of("ignores", "x"), EvalCase.of("fine", "fine"))
				.task((input) -> {
					if (input.equals("sleeps")) {
						new CountDownLatch(1).await();
					}
					if (input.equals("ignores")) {
						awaitUninterruptibly(end);
					}
					return input;
				})
				.scorers(Scorers.exactMatch())
				.scorer("stuck", (it) -> {
					awaitUninterruptibly(end);
					return 1;
				})
				.timeout(Duration.ofMillis(500))
				.maxConcurrency(2)
				.run();
			assertThat(result.rows()).hasSize(3);
			for (RowResult<String, String, String> row : result.rows().subList(0, 2)) {
				assertThat(row.error()).isInstanceOf(TimeoutException.class)
					.hasMessage("The task took longer than 500 ms");
				assertThat(row.score("exactMatch")).isZero();
			}
			RowResult<String, String, String> fine = result.rows().get(2);
			assertThat(fine.score("exactMatch")).isEqualTo(1);
			assertThat(fine.scorerErrors().get("stuck")).hasMessage("The scorer 'stuck' took longer than 500 ms");
			end.countDown();
		});
		assertThat(this.spans.of("support")).filteredOn((span) -> span.name().equals("eval")).hasSize(3);
	}

	@Test
	void runEndsEarlyIfEveryRowFails() {
		AtomicInteger calls = new AtomicInteger();
		run((evals) -> {
			Experiment<Integer, Integer, Integer> experiment = evals.experiment("refunds")
				.cases(numbers(1000))
				.task((Integer input) -> {
					calls.incrementAndGet();
					throw new IOException("401");
				});
			experiment.scorers(Scorers.exactMatch()).maxConcurrency(2).abortAfter(5);
			assertThatExceptionOfType(EvalAbortedException.class).isThrownBy(experiment::run)
				.withMessageContaining("'refunds'")
				.withMessageContaining("no row succeeded, and 5 rows failed, the first with java.io.IOException")
				.withRootCauseInstanceOf(IOException.class)
				.satisfies((ex) -> assertThat(ex.result().rows()).hasSizeBetween(5, 7));
			assertThat(calls.get()).isLessThan(10);
		});
	}

	@Test
	void runGoesOnIfAnyRowSucceedsOrItIsToldTo() {
		run((evals) -> {
			assertThat(evals.experiment("refunds").cases(numbers(30)).task((input) -> {
				if (input > 0) {
					throw new IOException("bad");
				}
				return input;
			}).scorers(Scorers.exactMatch()).maxConcurrency(1).run().rows()).hasSize(30);
			assertThat(evals.experiment("refunds").cases(numbers(30)).<Integer>task((input) -> {
				throw new IOException("bad");
			}).scorers(Scorers.exactMatch()).abortAfter(0).run().errors()).hasSize(30);
		});
	}

	@Test
	void cancelledRunHasTheRowsThatEnded() throws InterruptedException {
		CountDownLatch second = new CountDownLatch(1);
		run((evals) -> {
			RunningExperiment<Integer, Integer, Integer> running = evals.experiment("refunds")
				.cases(numbers(100))
				.task((input) -> {
					if (input == 1) {
						second.countDown();
						new CountDownLatch(1).await();
					}
					return input;
				})
				.scorers(Scorers.exactMatch())
				.maxConcurrency(1)
				.start();
			await(second);
			running.cancel();
			ExperimentResult<Integer, Integer, Integer> result = running.join();
			assertThat(result.rows()).extracting(RowResult::input).containsExactly(0);
			assertThat(result.missing()).isEqualTo(99);
			assertThat(result.table()).contains("missing     99 rows did not run to the end");
			assertThat(running.isDone()).isTrue();
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2 })
	void interruptOfTheCallerCancelsTheRunAndIsRestored(int maxConcurrency) {
		CountDownLatch started = new CountDownLatch(1);
		run((evals) -> {
			List<Object> seen = Collections.synchronizedList(new ArrayList<>());
			Thread caller = new Thread(() -> {
				ExperimentResult<Integer, Integer, Integer> result = evals.experiment("refunds")
					.cases(numbers(100))
					.task((input) -> {
						started.countDown();
						new CountDownLatch(1).await();
						return input;
					})
					.scorers(Scorers.exactMatch())
					.maxConcurrency(maxConcurrency)
					.run();
				seen.add(result.rows().size());
				seen.add(Thread.currentThread().isInterrupted());
			});
			caller.start();
			await(started);
			caller.interrupt();
			join(caller);
			assertThat(seen).hasSize(2);
			assertThat((int) seen.get(0)).isLessThanOrEqualTo(1);
			assertThat(seen.get(1)).isEqualTo(true);
		});
	}

	@Test
	void agentIsSeenByScorersAndInTheResult() {
		run((evals) -> {
			ExperimentResult<String, String, String> result = evals.experiment("refunds")
				.cases(EvalCase.of("a", "a"))
				.task((input) -> {
					tool(evals).llmSpan("model")
						.run((span) -> span.metric("prompt_tokens", 70).metric("completion_tokens", 8));
					tool(evals).toolSpan("lookup").run((span) -> {
					});
					return input;
				})
				.scorer("trace", (it) -> {
					assertThat(it.trace().llmCalls()).singleElement()
						.satisfies((call) -> assertThat(call.metrics()).containsEntry("prompt_tokens", 70));
					assertThat(it.trace().toolNames()).containsExactly("lookup");
					assertThat(it.trace().usage()).isEqualTo(new TokenUsage(1, 70, 8));
					return 1;
				})
				.run();
			assertThat(result.errors()).isEmpty();
			assertThat(result.usage().tokens()).isEqualTo(78);
			assertThat(result.rows().get(0).trace()).extracting((span) -> span.name())
				.containsExactly("model", "lookup");
			assertThat(result.table()).contains("70+8 tokens");
		});
	}

	@Test
	void tokensThatTheModelDoesNotReportAreNotShown() {
		run((evals) -> assertThat(
				evals.experiment("refunds").cases(EvalCase.<String, String>of("a", "a")).task((input) -> {
					tool(evals).llmSpan("model").run((span) -> {
					});
					return input;
				}).scorers(Scorers.exactMatch()).run().table())
			.contains("1 row")
			.doesNotContain("tokens"));
	}

	@Test
	void projectThatIsOffRunsWithoutATrace() {
		this.runner.withPropertyValues("braintrust.projects.support.enabled=false").run((context) -> {
			ExperimentResult<String, String, String> result = context.getBean(BraintrustEvals.class)
				.of("support")
				.experiment("refunds")
				.cases(EvalCase.of("a", "a"))
				.task((input) -> input)
				.scorers(Scorers.exactMatch())
				.scorer("tools", (it) -> it.trace().toolNames().size())
				.run();
			assertThat(result.score("exactMatch").mean()).isEqualTo(1);
			// A failed scorer has no score, which is better than a wrong score.
			assertThat(result.rows().get(0).scorerErrors()).containsOnlyKeys("tools");
			assertThat(result.rows().get(0).traceId()).isNull();
		});
		assertThat(this.spans.all()).isEmpty();
	}

	@Test
	void whatCannotBeRunIsSaidBeforeTheFirstRow() {
		AtomicInteger calls = new AtomicInteger();
		run((evals) -> {
			assertThatIllegalStateException()
				.isThrownBy(() -> evals.experiment("refunds").cases(numbers(1)).task((input) -> {
					calls.incrementAndGet();
					return input;
				}).scorers(Scorers.contains(), Scorers.containsIgnoringCase()).run())
				.withMessageContaining("two scorers 'contains'");
			assertThatIllegalStateException()
				.isThrownBy(() -> evals.experiment("refunds").cases(numbers(1)).task((input) -> {
					calls.incrementAndGet();
					return input;
				}).scorers(new Nameless()).run())
				.withMessageContaining("has a scorer of " + Nameless.class.getName() + " without a name");
			assertThatIllegalStateException().isThrownBy(
					() -> evals.experiment("refunds").cases(numbers(1)).filter((each) -> false).task((input) -> {
						calls.incrementAndGet();
						return input;
					}).scorers(Scorers.exactMatch()).run())
				.withMessageContaining("has no cases");
			assertThatIllegalArgumentException().isThrownBy(() -> evals.experiment(" "));
		});
		assertThat(calls.get()).isZero();
	}

	@Test
	void experimentInsideARowOfItsProjectIsRefusedAndOneOfAnotherIsRun() {
		this.runner.run((context) -> {
			BraintrustEvals evals = context.getBean(BraintrustEvals.class);
			ExperimentResult<String, String, String> result = evals.of("support")
				.experiment("outer")
				.cases(EvalCase.<String, String>of("support", null), EvalCase.<String, String>of("research", null))
				.task((input) -> {
					evals.of(input)
						.experiment("inner")
						.cases(EvalCase.of("a", "a"))
						.task((inner) -> inner)
						.scorers(Scorers.exactMatch())
						.maxConcurrency(1)
						.run();
					return input;
				})
				.scorer("one", (it) -> 1)
				.run();
			assertThat(result.rows().get(0).error()).isInstanceOf(IllegalStateException.class)
				.hasMessageContaining("'inner' cannot start inside a row");
			assertThat(result.rows().get(1).error()).isNull();
		});
		assertThat(this.spans.of("research")).extracting(RecordedSpan::name)
			.containsExactly("task", "exactMatch", "eval");
	}

	@Test
	void sameInputTwiceGivesTheSameSummary() {
		run((evals) -> {
			List<Object> summaries = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				summaries.add(evals.experiment("refunds")
					.cases(numbers(200))
					.task((input) -> input % 7)
					.scorer("x", (it) -> it.output() / 7.0)
					.maxConcurrency(8)
					.run()
					.scores());
			}
			assertThat(summaries.get(1)).isEqualTo(summaries.get(0));
			assertThat(summaries.get(2)).isEqualTo(summaries.get(0));
		});
	}

	@Test
	void outputsAreLetGoOfIfAsked() {
		run((evals) -> assertThat(evals.experiment("refunds")
			.cases(EvalCase.of("a", "a"))
			.task((input) -> input)
			.scorers(Scorers.exactMatch())
			.keepOutputs(false)
			.run()
			.rows()).singleElement().satisfies((row) -> {
				assertThat(row.output()).isNull();
				assertThat(row.score("exactMatch")).isEqualTo(1);
			}));
	}

	@Test
	void workThatLeavesItsRowIsNamedInTheTable() {
		run((evals) -> {
			ExperimentResult<String, String, String> result = evals.experiment("refunds")
				.cases(EvalCase.of("a", "a"))
				.task((input) -> {
					Thread thread = new Thread(() -> tool(evals).taskSpan("async work").run((span) -> {
					}));
					thread.start();
					thread.join();
					return input;
				})
				.scorers(Scorers.exactMatch())
				.run();
			assertThat(result.strays()).isEqualTo(1);
			assertThat(result.table()).contains("1 trace outside of all rows: async work");
		});
	}

	@Test
	void evaluationsAreInjectedByTheKeyOfTheirProject() {
		this.runner.run((context) -> {
			Injected injected = context.getBean(Injected.class);
			assertThat(injected.support.project()).isEqualTo("support");
			assertThat(injected.research.project()).isEqualTo("research");
			assertThat(injected.all.keys()).containsExactlyInAnyOrder("support", "research");
			assertThat(injected.all.of("support")).isSameAs(injected.support);
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 4 })
	void workerThatDiesEndsTheRunWithItsFailure(int maxConcurrency) {
		ExperimentWatch.Run dying = new ExperimentWatch.Run() {

			@Override
			public void ended(RowResult<?, ?, ?> row, String input) {
				throw new IllegalStateException("The worker dies");
			}

			@Override
			public void ended(ExperimentResult<?, ?, ?> result, Throwable failure) {
			}

		};
		this.runner.withBean(ExperimentWatch.class, () -> (project, name, rows) -> dying).run((context) -> {
			ProjectEvals evals = context.getBean(BraintrustEvals.class).of("support");
			RunningExperiment<Integer, Integer, Integer> running = evals.experiment("refunds")
				.cases(numbers(100))
				.task((input) -> input)
				.scorers(Scorers.exactMatch())
				.maxConcurrency(maxConcurrency)
				.start();
			assertThatIllegalStateException().isThrownBy(running::join).withMessage("The worker dies");
			assertThat(running.rows()).allMatch(CompletableFuture::isDone).anyMatch(CompletableFuture::isCancelled);
		});
	}

	@Test
	void closeOfTheContextCancelsWhatRuns() {
		CountDownLatch started = new CountDownLatch(1);
		List<RunningExperiment<Integer, Integer, Integer>> running = new ArrayList<>();
		run((evals) -> {
			running.add(evals.experiment("refunds").cases(numbers(100)).task((input) -> {
				started.countDown();
				new CountDownLatch(1).await();
				return input;
			}).scorers(Scorers.exactMatch()).start());
			await(started);
		});
		assertThat(running.get(0).join().rows()).isEmpty();
	}

	private ProjectTracer current;

	private ProjectTracer tool(ProjectEvals evals) {
		return this.current;
	}

	private void run(Consumer<ProjectEvals> test) {
		this.runner.run((context) -> {
			this.current = context.getBean(BraintrustProjects.class).tracer("support");
			test.accept(context.getBean(BraintrustEvals.class).of("support"));
		});
	}

	private RecordedSpan span(String name) {
		return named(this.spans.of("support"), name);
	}

	private static Object attribute(RecordedSpan span, String name) {
		return span.attributes()
			.asMap()
			.entrySet()
			.stream()
			.filter((attribute) -> attribute.getKey().getKey().equals(name))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElse(null);
	}

	private static RecordedSpan named(List<RecordedSpan> spans, String name) {
		return spans.stream().filter((span) -> span.name().equals(name)).findFirst().orElseThrow();
	}

	private static Dataset<Integer, Integer> numbers(int count) {
		return Dataset.of(IntStream.range(0, count).mapToObj((i) -> EvalCase.of(i, i)).toList());
	}

	private static String failBad(String input) throws IOException {
		if (input.equals("bad")) {
			throw new IOException("bad luck");
		}
		return input;
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void join(Thread thread) {
		try {
			thread.join(60_000);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		assertThat(thread.isAlive()).isFalse();
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		while (latch.getCount() > 0) {
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				// Ignore the interrupt.
			}
		}
	}

	record Named(String name, List<Score> scores, String failing) implements Scorer<Object, Object, Object> {

		Named(String name, List<Score> scores) {
			this(name, scores, null);
		}

		@Override
		public List<Score> score(Scoring<?, ?, ?> it) {
			if (it.input().equals(this.failing)) {
				throw new IllegalStateException("no score");
			}
			return this.scores;
		}

	}

	static class Injected {

		@Autowired
		@BraintrustProject("support")
		ProjectEvals support;

		@Autowired
		@BraintrustProject("research")
		ProjectEvals research;

		@Autowired
		BraintrustEvals all;

	}

	private static final class Nameless implements Scorer<Object, Object, Object> {

		@Override
		public String name() {
			return null;
		}

		@Override
		public List<Score> score(Scoring<?, ?, ?> it) {
			return List.of(Score.of(1));
		}

	}

}
