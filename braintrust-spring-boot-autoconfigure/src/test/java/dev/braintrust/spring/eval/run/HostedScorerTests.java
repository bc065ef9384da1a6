package dev.braintrust.spring.eval.run;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.Experiment;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Score;
import dev.braintrust.spring.eval.score.Scorer;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.eval.score.Scoring;
import dev.braintrust.spring.support.BraintrustData;
import dev.braintrust.spring.support.BraintrustServer;
import dev.braintrust.spring.support.BraintrustServer.Call;
import dev.braintrust.spring.support.BraintrustServer.Fault;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.util.RawValue;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of scorers that are stored in Braintrust, with recorded answers of Braintrust.
 */
class HostedScorerTests {

	private static final String CODE = "typescript-exact-match";

	private static final String CODE_ID = "7a164cb2-6c74-4de7-aa86-6b28c464ab28";

	private static final String OLD = "1000197156008862006";

	private static final String JUDGE = "close-enough-judge";

	private final BraintrustServer server = new BraintrustServer();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.check-on-startup=false", "braintrust.api-key=sk-very-secret",
				"braintrust.api-url=" + this.server.url(), "braintrust.app-url=" + this.server.url(),
				"braintrust.export.shutdown-timeout=1s",
				"braintrust.projects.support.name=" + BraintrustData.PROJECT_NAME);

	@AfterEach
	void close() {
		this.server.close();
	}

	@Test
	void scorerIsLookedUpOnceAndCalledWithEachRowBelowItsSpan() {
		run((evals) -> {
			ExperimentResult<String, String, String> result = experiment(evals)
				.scorers(Scorers.braintrust(CODE), Scorers.braintrust(JUDGE).named("close enough"))
				.trials(3)
				.run();
			assertThat(result.errors()).isEmpty();
			assertThat(result.sent()).isTrue();
			assertThat(result.score(CODE).mean()).isEqualTo(1);
			Score judged = result.rows().get(0).scores().get("close enough");
			assertThat(judged.value()).isZero();
			assertThat(judged.rationale()).startsWith("To determine");
			assertThat(judged.metadata()).containsEntry("choice", "NO");
			assertThat(this.server.calls("GET /v1/function")).extracting(Call::query)
				.containsExactly(Map.of("project_id", BraintrustData.PROJECT_ID, "slug", CODE),
						Map.of("project_id", BraintrustData.PROJECT_ID, "slug", JUDGE));
			List<ReceivedSpan> spans = this.server.spans().stream().filter((span) -> span.name().equals(CODE)).toList();
			assertThat(spans).hasSize(3);
			List<Call> calls = this.server.calls("POST /v1/function/" + CODE_ID + "/invoke");
			assertThat(calls).hasSize(3).allSatisfy((call) -> {
				ReceivedSpan span = spans.stream()
					.filter((each) -> each.spanId().equals(call.body().at("/parent/row_ids/span_id").asString()))
					.findFirst()
					.orElseThrow();
				assertThat(call.authorization()).isEqualTo("Bearer sk-very-secret");
				assertThat(call.body()).isEqualTo(ReceivedSpan.parse("""
						{"input": {"input": "2+2", "output": "four", "expected": "4", "metadata": {"language": "en"}},
						"parent": {"object_type": "experiment", "object_id": "%s",
						"row_ids": {"id": "otel", "span_id": "%s", "root_span_id": "%s"},
						"propagated_event": {"span_attributes": {"purpose": "scorer"}}}}""".formatted(result.id(),
						span.spanId(), span.traceId())));
			});
			assertThat(calls).extracting((call) -> call.body().at("/parent/row_ids/root_span_id"))
				.doesNotHaveDuplicates();
			// The row, its task, and a span for each scorer.
			assertThat(this.server.spans()).hasSize(12);
		});
	}

	@Test
	void versionAndParametersAreAskedFor() {
		run((evals) -> {
			experiment(evals).scorers(Scorers.braintrust(CODE, OLD)).parameter("limit", 0.2).run();
			assertThat(this.server.calls("GET /v1/function").get(0).query()).containsEntry("version", OLD);
			JsonNode body = this.server.calls("POST /v1/function").get(0).body();
			assertThat(body.path("version").asString()).isEqualTo(OLD);
			assertThat(body.at("/input/parameters")).isEqualTo(ReceivedSpan.parse("{\"limit\": 0.2}"));
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", textBlock = """
			0.25|{typescript-exact-match=0.25}
			1|{typescript-exact-match=1.0}
			{"name": "other", "score": 0.5}|{typescript-exact-match=0.5}
			{"score": null, "metadata": {"choice": 0.75}}|{typescript-exact-match=0.75}
			{"score": null, "metadata": {"choice": "0.9"}}|{typescript-exact-match=0.9}
			{"score": null, "metadata": {"choice": "A"}}|{typescript-exact-match=null}
			{"score": null}|{typescript-exact-match=null}
			null|{typescript-exact-match=null}
			[{"name": "a", "score": 1}, {"name": "b", "score": 0.5}]|{a=1.0, b=0.5}
			[0.5]|{typescript-exact-match=0.5}
			[{"name": " ", "score": 0.5}]|{typescript-exact-match=0.5}
			[{"score": 0.5, "metadata": "text"}]|{typescript-exact-match=0.5}
			[null]|{typescript-exact-match=null}
			[]|{}
			"good"|-
			true|-
			{"name": "no score"}|-
			{"score": "0.5"}|-
			{"score": true}|-
			{"score": 1.5}|-
			1e400|-
			{}|-
			{"score": {"value": 1}}|-
			[[0.5]]|-
			{"score": -1}|-
			{"score": null, "metadata": {"choice": "NaN"}}|-
			[0.5, 0.6]|-
			[{"name": "a", "score": 1}, "x"]|-
			""")
	void answerIsAScoreOrAnError(String answer, String scores) {
		this.server.data().invoking(CODE, (input) -> JsonMapper.shared().readTree(answer));
		run((evals) -> {
			ExperimentResult<String, String, String> result = experiment(evals).scorers(Scorers.braintrust(CODE)).run();
			RowResult<String, String, String> row = result.rows().get(0);
			if (scores == null) {
				assertThat(row.scores()).isEmpty();
				assertThat(row.scorerErrors()).containsOnlyKeys(CODE);
				assertThat(result.score(CODE).failed()).isEqualTo(1);
			}
			else {
				assertThat(row.scorerErrors()).isEmpty();
				StringBuilder given = new StringBuilder();
				row.scores()
					.forEach((name, score) -> given.append(given.isEmpty() ? "" : ", ")
						.append(name)
						.append('=')
						.append(score.value()));
				assertThat("{" + given + "}").isEqualTo(scores);
			}
		});
	}

	@Test
	void filterOfTheApplicationSeesWhatLeaves() {
		this.runner
			.withBean(ContentFilter.class,
					() -> (text, field) -> text.replace("four", "[number]").replace("en", "[language]"))
			.run((context) -> {
				experiment(context.getBean(BraintrustEvals.class).of("support")).scorers(Scorers.braintrust(CODE))
					.run();
				JsonNode input = this.server.calls("POST /v1/function").get(0).body().path("input");
				assertThat(input.path("output").asString()).isEqualTo("[number]");
				assertThat(input.at("/metadata/language").asString()).isEqualTo("[language]");
			});
	}

	@Test
	void rowOfWhichAFilterLeavesNothingIsAnErrorAndDoesNotLeave() {
		this.runner.withBean(ContentFilter.class, () -> (text, field) -> {
			if (text.equals("four")) {
				throw new IllegalStateException("a secret");
			}
			return text;
		}).run((context) -> {
			ExperimentResult<String, String, String> result = experiment(
					context.getBean(BraintrustEvals.class).of("support"))
				.scorers(Scorers.braintrust(CODE))
				.run();
			assertThat(result.rows().get(0).scorerErrors().get(CODE))
				.hasMessageContaining("a content filter of the Braintrust project 'support' leaves out");
			assertThat(this.server.calls("POST /v1/function")).isEmpty();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "input", "output", "content" })
	void whatIsNotCapturedDoesNotLeave(String part) {
		this.runner.withPropertyValues("braintrust.capture." + part + "=false").run((context) -> {
			ProjectEvals evals = context.getBean(BraintrustEvals.class).of("support");
			assertThatIllegalStateException()
				.isThrownBy(() -> experiment(evals).scorers(Scorers.braintrust(CODE)).run())
				.withMessageContaining("'capture'");
			// Hidden from the check before the first row.
			ExperimentResult<String, String, String> result = experiment(evals).scorers(new OwnScorer(CODE)).run();
			assertThat(result.rows().get(0).scorerErrors()).containsOnlyKeys("own");
			assertThat(this.server.calls("POST /v1/function")).isEmpty();
		});
	}

	@Test
	void scorerOfTheApplicationMayAskOneToo() {
		run((evals) -> {
			ExperimentResult<String, String, String> result = experiment(evals).scorers(new OwnScorer(CODE)).run();
			assertThat(result.score("own").mean()).isEqualTo(1);
			assertThat(this.server.calls("POST /v1/function")).hasSize(1);
		});
	}

	@ParameterizedTest
	@CsvSource({ "braintrust.evals.send=false", "braintrust.api-key=", "braintrust.projects.support.enabled=false",
			"a.test=records" })
	void experimentThatIsNotSentIsRefusedBeforeItsFirstRow(String property) {
		ApplicationContextRunner here = property.startsWith("a.test") ? this.runner.withBean(RecordedSpans.class)
				: this.runner.withPropertyValues(property);
		here.run((context) -> {
			ProjectEvals evals = context.getBean(BraintrustEvals.class).of("support");
			assertThatIllegalStateException()
				.isThrownBy(() -> evals.experiment("refunds").cases(EvalCase.of("2+2", "4")).task((input) -> {
					throw new AssertionError("no row starts");
				}).scorers(Scorers.braintrust(CODE)).run())
				.withMessage("The hosted scorer '" + CODE + "' scores only experiments that are sent to Braintrust, "
						+ "and 'refunds' is not. Set 'braintrust.evals.send' to true and give the Braintrust project "
						+ "'support' an API key, or leave out the scorer.");
			ExperimentResult<String, String, String> own = experiment(evals).scorers(new OwnScorer(CODE)).run();
			assertThat(own.rows().get(0).scorerErrors()).containsOnlyKeys("own");
		});
		assertThat(this.server.calls()).isEmpty();
	}

	@Test
	void scorerThatIsNotThereIsNamedBeforeAnythingIsRegistered() {
		run((evals) -> {
			assertThatIllegalStateException()
				.isThrownBy(() -> experiment(evals).scorers(Scorers.braintrust("gone")).run())
				.withMessage("The Braintrust project 'support' does not have the hosted scorer 'gone'");
			assertThatIllegalStateException()
				.isThrownBy(() -> experiment(evals).scorers(Scorers.braintrust(CODE, "17").named("old")).run())
				.withMessage("The Braintrust project 'support' does not have the hosted scorer '" + CODE
						+ "' in the version '17'");
			assertThat(this.server.data().experiments()).isEmpty();
		});
	}

	// Only the playground names a function by its JSON definition.
	@Test
	void slugThatLooksLikeJsonIsNoFunction() {
		String json = "{\"global_function\":\"Levenshtein\"}";
		run((evals) -> {
			assertThatIllegalStateException()
				.isThrownBy(() -> experiment(evals).scorers(Scorers.braintrust(json)).run())
				.withMessage("The Braintrust project 'support' does not have the hosted scorer '" + json + "'");
			assertThat(experiment(evals).scorers(new OwnScorer(json)).run().rows().get(0).scorerErrors())
				.containsOnlyKeys("own");
			assertThat(this.server.calls("POST /function")).isEmpty();
		});
	}

	@Test
	void answerThatIsNoScoreIsToldWithTheSlug() {
		this.server.data().invoking(CODE, (input) -> JsonMapper.shared().readTree("true"));
		run((evals) -> assertThat(experiment(evals).scorers(Scorers.braintrust(CODE).named("other"))
			.run()
			.rows()
			.get(0)
			.scorerErrors()
			.get("other")).hasMessage("The hosted scorer '" + CODE + "' did not return a score"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 403, 404, 429 })
	void scorerThatCannotBeLookedUpIsAnErrorBeforeAnythingIsRegistered(int status) {
		this.server.failing("GET /v1/function", Fault.status(status));
		run((evals) -> {
			assertThatIllegalStateException()
				.isThrownBy(() -> experiment(evals).scorers(Scorers.braintrust(CODE)).run())
				.withMessage("The hosted scorer '" + CODE + "' could not be found. A request of the Braintrust project "
						+ "'support' to '/v1/function' failed (status " + status + ")");
			assertThat(this.server.data().experiments()).isEmpty();
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 401, 404, 429 })
	void scorerThatDoesNotAnswerIsAnErrorOfTheScorer(int status) {
		this.server.failing("POST /v1/function", Fault.status(status));
		run((evals) -> {
			ExperimentResult<String, String, String> result = experiment(evals)
				.scorers(Scorers.braintrust(CODE), Scorers.levenshtein())
				.run();
			RowResult<String, String, String> row = result.rows().get(0);
			assertThat(row.scores()).containsOnlyKeys("levenshtein");
			assertThat(row.scorerErrors()).containsOnlyKeys(CODE);
			assertThat(row.scorerErrors().get(CODE))
				.hasMessageStartingWith("The hosted scorer '" + CODE
						+ "' did not score. A request of the Braintrust project 'support' to '/v1/function/")
				.hasMessageEndingWith("failed (status " + status + ")");
			assertThat(this.server.calls("POST /v1/function")).hasSize(1);
		});
	}

	@Test
	@Tag("fault")
	void scorerThatIsBusyIsAskedAgainWhenItSays() {
		this.server.failing("POST /v1/function", 1, Fault.status(429, "1"));
		run((evals) -> {
			ExperimentResult<String, String, String> result = experiment(evals).scorers(Scorers.braintrust(CODE)).run();
			assertThat(result.score(CODE).mean()).isEqualTo(1);
			assertThat(this.server.calls("POST /v1/function")).hasSize(2);
		});
	}

	@Test
	@Tag("fault")
	void scorerThatFailsForAMomentIsAskedAgainAndOneThatFailsForGoodIsAnError() {
		this.server.failing("POST /v1/function", 1, Fault.status(500));
		run((evals) -> {
			assertThat(experiment(evals).scorers(Scorers.braintrust(CODE)).run().score(CODE).mean()).isEqualTo(1);
			this.server.failing("POST /v1/function", Fault.status(503));
			RowResult<String, String, String> row = experiment(evals).scorers(Scorers.braintrust(CODE))
				.run()
				.rows()
				.get(0);
			assertThat(row.scores()).isEmpty();
			assertThat(row.scorerErrors().get(CODE)).hasMessageEndingWith("failed (status 503)")
				.satisfies((error) -> assertThat(trace(error)).doesNotContain("sk-very-secret").doesNotContain("four"));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "<html>four</html>", "{\"score\": 1" })
	void answerThatIsNoJsonIsAnErrorThatDoesNotQuoteIt(String answer) {
		this.server.data().invoking(CODE, (input) -> JsonNodeFactory.instance.rawValueNode(new RawValue(answer)));
		run((evals) -> {
			RowResult<String, String, String> row = experiment(evals).scorers(Scorers.braintrust(CODE))
				.run()
				.rows()
				.get(0);
			assertThat(row.scores()).isEmpty();
			assertThat(row.scorerErrors().get(CODE)).hasMessageContaining("has a response that is not JSON")
				.satisfies((error) -> assertThat(trace(error)).doesNotContain("four"));
		});
	}

	@Test
	void rowsAtTheSameTimeGetEachTheirOwnScore() {
		this.server.data().invoking(CODE, (body) -> body.at("/input/output"));
		run((evals) -> {
			List<EvalCase<Integer, String>> cases = IntStream.range(0, 64)
				.mapToObj(EvalCase::<Integer, String>of)
				.toList();
			ExperimentResult<Integer, Double, String> result = evals.experiment("many")
				.cases(cases)
				.task((input) -> input / 64.0)
				.scorers(Scorers.braintrust(CODE))
				.maxConcurrency(16)
				.run();
			assertThat(result.errors()).isEmpty();
			assertThat(result.rows())
				.allSatisfy((row) -> assertThat(row.scores().get(CODE).value()).isEqualTo(row.output()));
			assertThat(this.server.calls("GET /v1/function")).hasSize(1);
			assertThat(this.server.calls("POST /v1/function")).hasSize(64);
		});
	}

	@Test
	void scorerThatHangsEndsWithItsTimeout() {
		this.server.failing("POST /v1/function", Fault.hang());
		run((evals) -> {
			ExperimentResult<String, String, String> result = experiment(evals).scorers(Scorers.braintrust(CODE))
				.timeout(Duration.ofMillis(900))
				.run();
			assertThat(result.rows().get(0).scorerErrors().get(CODE))
				.hasMessage("The scorer '" + CODE + "' took longer than 900 ms");
			// The call may be cancelled before it arrives, and is not retried.
			assertThat(this.server.calls("POST /v1/function")).hasSizeLessThan(2);
		});
	}

	@Test
	void experimentThatCannotBeRegisteredIsRefused() {
		this.server.failing("POST /v1/experiment", Fault.status(403));
		run((evals) -> assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> experiment(evals).scorers(Scorers.braintrust(CODE)).run())
			.withMessage("The experiment 'refunds' cannot be registered in Braintrust with the API key of "
					+ "the property 'braintrust.api-key'. A request of the Braintrust project 'support' to "
					+ "'/v1/experiment' failed (status 403)."));
		assertThat(this.server.calls("POST /v1/function")).isEmpty();
	}

	private static String trace(Throwable error) {
		StringWriter trace = new StringWriter();
		error.printStackTrace(new PrintWriter(trace));
		return trace.toString();
	}

	private void run(Consumer<ProjectEvals> test) {
		this.runner.run((context) -> test.accept(context.getBean(BraintrustEvals.class).of("support")));
	}

	private static Experiment<String, String, String> experiment(ProjectEvals evals) {
		return evals.experiment("refunds")
			.cases(EvalCase.of("2+2", "4").metadata("language", "en"))
			.task((input) -> "four");
	}

	/**
	 * A scorer that calls a scorer in Braintrust.
	 */
	private record OwnScorer(String slug) implements Scorer<Object, Object, Object> {

		@Override
		public String name() {
			return "own";
		}

		@Override
		public List<Score> score(Scoring<?, ?, ?> it) {
			Map<?, ?> answer = (Map<?, ?>) it.invoke(this.slug, null);
			return List.of(Score.of(((Number) answer.get("score")).doubleValue()));
		}

	}

}
