package dev.braintrust.spring.console;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import dev.braintrust.spring.console.ConsoleApplication.Kind;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.RunningExperiment;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.report.ExperimentWatch;
import dev.braintrust.spring.eval.score.Score;
import dev.braintrust.spring.eval.score.Scorer;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.eval.score.Scoring;
import dev.braintrust.spring.support.BraintrustData;
import dev.braintrust.spring.support.BraintrustServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of the experiments in the console's JSON.
 */
class ConsoleExperimentsTests {

	private ConsoleApplication application;

	private ShownExperiments experiments;

	@AfterEach
	void close() {
		this.application.close();
	}

	private void start(String... properties) {
		this.application = new ConsoleApplication(Kind.PLAIN, properties);
		this.experiments = new ShownExperiments(this.application.context());
	}

	private JsonNode latest() throws IOException {
		return this.application.json("state").path("experiments").path(0);
	}

	@Test
	void withoutAnExperimentNothingIsSaidOfAny() throws IOException {
		start();
		assertThat(this.application.json("state").has("experiments")).isFalse();
		assertThat(this.application.get("/braintrust/api/experiments/1").status()).isEqualTo(404);
	}

	@Test
	void experimentHasItsScoresAndItsRowsTheirTraces() throws IOException {
		start();
		this.experiments.run(ShownExperiments::bad);
		JsonNode experiment = latest();
		assertThat(experiment.path("name").asString()).isEqualTo("refund answers");
		assertThat(experiment.path("project").asString()).isEqualTo("support");
		assertThat(experiment.path("state").asString()).isEqualTo("ENDED");
		assertThat(experiment.path("total").asInt()).isEqualTo(3);
		assertThat(experiment.path("scores").path("exactMatch").path("mean").asDouble()).isBetween(0.66, 0.67);
		assertThat(experiment.path("scores").path("exactMatch").path("count").asInt()).isEqualTo(3);
		JsonNode rows = this.application.json("experiments/" + experiment.path("id").asInt()).path("rows");
		assertThat(rows).hasSize(3);
		JsonNode row = rows.get(2);
		assertThat(row.path("input").asString()).isEqualTo("The lamp is broken");
		assertThat(row.path("output").asString()).isEqualTo("weather");
		assertThat(row.path("scores").path("exactMatch").asDouble()).isZero();
		JsonNode spans = this.application.json("traces/support/" + row.path("trace").asString()).path("spans");
		assertThat(spans.valueStream().map((span) -> span.path("name").asString())).containsExactly("eval", "task",
				"exactMatch", "levenshtein");
		assertThat(spans.valueStream().map((span) -> span.path("state").asString())).containsOnly("KEPT");
	}

	@Test
	void contentOfRowsIsThatAfterFilters() throws IOException {
		start();
		this.experiments.run(ShownExperiments::good);
		String path = "/braintrust/api/experiments/" + latest().path("id").asInt();
		assertThat(this.application.get(path).body()).contains("order ####").doesNotContain("4711");
	}

	@Test
	void experimentIsSeenWhileItRuns() throws Exception {
		start();
		CountDownLatch end = new CountDownLatch(1);
		RunningExperiment<String, String, String> running = this.application.context()
			.getBean(BraintrustEvals.class)
			.of("support")
			.experiment("slow")
			.cases(EvalCase.of("a", "a"), EvalCase.of("b", "b"))
			.task((input) -> {
				if (input.equals("b")) {
					end.await();
				}
				return input;
			})
			.scorers(Scorers.exactMatch())
			.maxConcurrency(2)
			.start();
		Awaitility.await().until(() -> latest().path("ended").asInt() == 1);
		JsonNode experiment = latest();
		assertThat(experiment.path("state").asString()).isEqualTo("RUNNING");
		assertThat(experiment.path("scores").path("exactMatch").path("mean").asDouble()).isEqualTo(1);
		// Both the ended and the open row are marked as rows, not as traces of the logs.
		Awaitility.await().until(() -> this.application.traces().size() == 2);
		assertThat(this.application.traces()).allMatch((trace) -> trace.path("row").asBoolean());
		end.countDown();
		running.join();
		Awaitility.await().until(() -> latest().path("state").asString().equals("ENDED"));
		assertThat(latest().path("ended").asInt()).isEqualTo(2);
	}

	@Test
	void failedRowsCountInTheScoresOfOtherNamesWhileAnExperimentRuns() throws Exception {
		start();
		CountDownLatch end = new CountDownLatch(1);
		RunningExperiment<String, String, String> running = this.application.context()
			.getBean(BraintrustEvals.class)
			.of("support")
			.experiment("named")
			.cases(EvalCase.of("good", ""), EvalCase.of("bad", ""), EvalCase.of("slow", ""))
			.task((input) -> {
				if (input.equals("slow")) {
					end.await();
				}
				return ShownExperiments.unlessBad(input);
			})
			.scorers(new Named())
			.maxConcurrency(2)
			.start();
		Awaitility.await().until(() -> latest().path("ended").asInt() == 2);
		JsonNode scores = latest().path("scores");
		assertThat(scores.propertyNames()).containsExactly("helpful", "kind");
		assertThat(scores.path("helpful").path("mean").asDouble()).isEqualTo(0.5);
		end.countDown();
		running.join();
		Awaitility.await().until(() -> latest().path("state").asString().equals("ENDED"));
		assertThat(latest().path("scores").path("helpful").path("mean").asDouble()).isBetween(0.66, 0.67);
	}

	@Test
	void scorerThatHasGivenNothingIsZeroWhileAllRowsFail() throws IOException {
		start();
		Experiments experiments = this.application.context().getBean(Experiments.class);
		experiments.started("support", "failing", 2).ended(ShownExperiments.failed("exactMatch"), "\"input\"");
		JsonNode scores = latest().path("scores");
		assertThat(scores.propertyNames()).containsExactly("exactMatch");
		assertThat(scores.path("exactMatch").path("mean").asDouble(1)).isZero();
	}

	@Test
	void readerIsToldOnlyOfWhatHasChanged() throws IOException {
		start();
		this.experiments.run(ShownExperiments::good);
		long version = this.application.json("state").path("version").asLong();
		assertThat(this.application.json("state?since=" + version).has("experiments")).isFalse();
		this.experiments.run(ShownExperiments::good);
		assertThat(this.application.json("state?since=" + version).path("experiments")).hasSize(1);
	}

	// The page polls each second and gets each row once.
	@Test
	void rowsOfAnExperimentThatRunsAreSentOnce() throws IOException {
		start();
		ExperimentWatch.Run running = this.application.context()
			.getBean(Experiments.class)
			.started("support", "many", 1000);
		long bytes = 0;
		int rows = 0;
		for (int i = 0; i < 1000; i++) {
			running.ended(ShownExperiments.row(i), "\"input " + i + "\"");
			if (i % 20 == 19) {
				byte[] answer = this.application.get("/braintrust/api/experiments/1?from=" + rows).bytes();
				rows += new JsonMapper().readTree(answer).path("rows").size();
				bytes += answer.length;
			}
		}
		assertThat(rows).isEqualTo(1000);
		assertThat(bytes).isLessThan(2L * this.application.get("/braintrust/api/experiments/1").bytes().length);
	}

	// The page compares like the result, even for long inputs with the same beginning.
	@Test
	void comparisonIsThatOfInputsAsOfResults() throws IOException {
		start();
		String begin = "The same beginning of a long input. ".repeat(30);
		for (double score : new double[] { 1, 0.5 }) {
			this.application.context()
				.getBean(BraintrustEvals.class)
				.of("support")
				.experiment("compared")
				.cases(EvalCase.of(begin + "a", "a"), EvalCase.of(begin + "b", "b"))
				.task((input) -> input)
				.trials(2)
				.scorers(Scorers.of("half", (it) -> it.input().endsWith((score == 1) ? "a" : "b") ? score : 0))
				.run();
		}
		JsonNode experiment = this.application.json("experiments/2");
		assertThat(experiment.path("baseline").asInt()).isEqualTo(1);
		assertThat(experiment.path("baselines").valueStream().map((each) -> each.path("id").asInt()))
			.containsExactly(1);
		JsonNode change = experiment.path("comparison").path("half");
		assertThat(change.path("before").asDouble()).isEqualTo(0.5);
		assertThat(change.path("difference").asDouble()).isEqualTo(-0.25);
		assertThat(change.path("better").asInt()).isOne();
		assertThat(change.path("worse").asInt()).isOne();
		assertThat(change.path("matched").asInt()).isEqualTo(2);
		assertThat(experiment.path("rows").valueStream())
			.allSatisfy((row) -> assertThat(row.path("differences").path("half").asDouble())
				.isEqualTo((row.path("index").asInt() == 0) ? -1 : 0.5));
		assertThat(this.application.json("experiments/2?baseline=0").has("comparison")).isFalse();
		assertThat(this.application.json("experiments/1").has("comparison")).isFalse();
		assertThat(this.application.json("experiments/1?baseline=2").path("baseline").asInt()).isEqualTo(2);
		assertThat(experiment.toString()).doesNotContain("sha256");
	}

	// A failed task must not make an experiment look better.
	@Test
	void failedTaskCountsInScoresThatHaveNamesOfTheirOwn() throws IOException {
		start();
		for (boolean fails : new boolean[] { false, true }) {
			this.application.context()
				.getBean(BraintrustEvals.class)
				.of("support")
				.experiment("named")
				.cases(EvalCase.of("a", "a"), EvalCase.of("b", "b"))
				.task((input) -> (fails && input.equals("b")) ? ShownExperiments.failing(input) : input)
				.scorers(new Named())
				.run();
		}
		JsonNode experiment = this.application.json("experiments/2");
		assertThat(experiment.path("scores").propertyNames()).containsExactlyInAnyOrder("helpful", "kind");
		assertThat(experiment.path("comparison").propertyNames()).containsExactlyInAnyOrder("helpful", "kind");
		JsonNode change = experiment.path("comparison").path("helpful");
		assertThat(change.path("matched").asInt()).isEqualTo(2);
		assertThat(change.path("worse").asInt()).isOne();
		assertThat(change.path("difference").asDouble()).isEqualTo(-0.5);
		assertThat(experiment.path("scores").path("helpful").path("mean").asDouble()).isEqualTo(0.5);
	}

	// A reader between the two steps of adding a row must be told to read again.
	@Test
	void rowThatIsAddedWhileSomebodyLooksIsToldOf() throws Exception {
		start();
		Experiments experiments = this.application.context().getBean(Experiments.class);
		ShownExperiment running = (ShownExperiment) experiments.started("support", "one", 1);
		long version = running.version;
		long seen;
		Thread row = new Thread(() -> running.ended(ShownExperiments.row(0), "\"input\""));
		synchronized (running) {
			row.start();
			Awaitility.await().until(() -> running.version > version && row.getState() == Thread.State.BLOCKED);
			seen = running.version;
			assertThat(running.view(0).rows()).isEmpty();
		}
		row.join();
		assertThat(running.view(0).rows()).hasSize(1);
		assertThat(running.version).isGreaterThan(seen);
	}

	@Test
	void experimentThatFailsSaysWhy() throws IOException {
		start();
		this.experiments.run(ShownExperiments::failing);
		assertThat(latest().path("errors").asInt()).isEqualTo(3);
		assertThatThrownBy(() -> this.application.context()
			.getBean(BraintrustEvals.class)
			.of("support")
			.experiment("aborted")
			.cases(EvalCase.of("a", "a"), EvalCase.of("b", "b"))
			.task(ShownExperiments::failing)
			.scorers(Scorers.exactMatch())
			.abortAfter(1)
			.run()).isInstanceOf(RuntimeException.class);
		Awaitility.await().until(() -> latest().path("state").asString().equals("FAILED"));
		assertThat(latest().path("failure").asString()).contains("ended early");
	}

	@Test
	void experimentThatIsSentHasItsPageAndTheRowsOfItsRequests() throws IOException {
		try (BraintrustServer server = new BraintrustServer()) {
			start("braintrust.api-key=sk-test", "braintrust.api-url=" + server.url(),
					"braintrust.app-url=" + server.url(),
					"braintrust.projects.support.name=" + BraintrustData.PROJECT_NAME);
			this.experiments.run(ShownExperiments::good);
			Awaitility.await().until(() -> latest().path("sent").asBoolean());
			assertThat(latest().path("url").asString()).startsWith(server.url());
			JsonNode row = this.application.json("experiments/" + latest().path("id").asInt()).path("rows").get(0);
			JsonNode spans = this.application.json("traces/support/" + row.path("trace").asString() + "/rows")
				.path("spans");
			assertThat(spans).hasSize(4).allMatch((span) -> span.path("state").asString().equals("SENT"));
			assertThat(spans.get(0).path("row").path("attributes").path("braintrust.parent").asString())
				.startsWith("experiment_id:");
		}
	}

	@Test
	void experimentsStayWithinTheMemoryOfTheConsole() throws IOException {
		start("braintrust.console.max-memory=40KB");
		for (int i = 0; i < 12; i++) {
			this.experiments.run(ShownExperiments::good);
		}
		JsonNode state = this.application.json("state");
		assertThat(state.path("bytes").asLong()).isLessThanOrEqualTo(state.path("maxBytes").asLong());
		assertThat(state.path("experiments").size()).isBetween(1, 10);
		assertThat(state.path("experiments").get(0).path("id").asInt()).isEqualTo(12);
	}

	/**
	 * A scorer whose scores have other names than the scorer.
	 */
	private static final class Named implements Scorer<String, String, String> {

		@Override
		public String name() {
			return "quality";
		}

		@Override
		public List<Score> score(Scoring<? extends String, ? extends String, ? extends String> row) {
			return List.of(Score.of("helpful", 1), Score.of("kind", 1));
		}

	}

}
