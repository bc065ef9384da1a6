package dev.braintrust.spring.eval.run;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.ProjectApis;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.Experiment;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.RunningExperiment;
import dev.braintrust.spring.eval.compare.Baseline;
import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.support.BraintrustData;
import dev.braintrust.spring.support.BraintrustServer;
import dev.braintrust.spring.support.BraintrustServer.Fault;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests of experiments that are sent to Braintrust.
 */
@ExtendWith(OutputCaptureExtension.class)
class SentExperimentTests {

	private static final String KEY = "sk-very-secret";

	private final BraintrustServer server = new BraintrustServer();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.check-on-startup=false", "braintrust.api-key=" + KEY,
				"braintrust.api-url=" + this.server.url(), "braintrust.app-url=" + this.server.url(),
				"braintrust.export.shutdown-timeout=1s",
				"braintrust.projects.support.name=" + BraintrustData.PROJECT_NAME,
				"braintrust.projects.research.id=p-research");

	@AfterEach
	void close() {
		this.server.close();
	}

	@Test
	void experimentIsRegisteredAndItsRowsArriveInIt() {
		run((evals) -> {
			ExperimentResult<Integer, Integer, Integer> result = experiment(evals, 3).description("all of them")
				.tags("nightly")
				.metadata("model", "m-1")
				.parameter("temperature", 0.2)
				.run();
			assertThat(result.sent()).isTrue();
			JsonNode body = this.server.calls("POST /v1/experiment").get(0).body();
			assertThat(body).isEqualTo(ReceivedSpan.parse("""
					{"project_id": "%s", "name": "refunds", "ensure_new": true, "description": "all of them",
					"tags": ["nightly"], "metadata": {"parameters": {"temperature": 0.2}, "model": "m-1"}}"""
				.formatted(BraintrustData.PROJECT_ID)));
			String id = this.server.data().experiments().get(0).path("id").asString();
			assertThat(result.id()).isEqualTo(id);
			assertThat(result.name()).isEqualTo("refunds");
			assertThat(result.url())
				.hasToString(this.server.url() + "/app/Acme/object?object_type=experiment&object_id=" + id);
			String row = this.server.spans()
				.stream()
				.filter((span) -> span.name().equals("eval")
						&& "0".equals(span.attributes().get("braintrust.input_json")))
				.findFirst()
				.orElseThrow()
				.spanId();
			assertThat(result.rows().get(0).page()).hasToString(result.url() + "&id=" + row);
			assertThat(this.server.spans()).hasSize(9).allSatisfy((span) -> {
				assertThat(span.parent()).isEqualTo("experiment_id:" + id);
				assertThat(span.request().parent()).isEqualTo("experiment_id:" + id);
				assertThat(span.request().authorization()).isEqualTo("Bearer " + KEY);
			});
		});
	}

	@Test
	void experimentOfANameThatIsTakenIsANewOneWithTheNameOfTheAnswer() {
		run((evals) -> {
			ExperimentResult<?, ?, ?> first = experiment(evals, 1).run();
			ExperimentResult<?, ?, ?> second = experiment(evals, 1).run();
			assertThat(second.id()).isNotEqualTo(first.id());
			assertThat(second.name()).startsWith("refunds-");
			assertThat(second.table()).contains(second.name());
			assertThat(this.server.spans()).filteredOn((span) -> span.parent().endsWith(second.id())).hasSize(3);
		});
	}

	@Test
	void experimentAfterTheContextIsClosedIsRefused() {
		AtomicReference<ProjectEvals> evals = new AtomicReference<>();
		AtomicReference<BraintrustEvals> all = new AtomicReference<>();
		this.runner.withPropertyValues("braintrust.evals.send=true").run((context) -> {
			all.set(context.getBean(BraintrustEvals.class));
			evals.set(all.get().of("support"));
		});
		for (ProjectEvals each : List.of(evals.get(), all.get().of("research"))) {
			assertThatIllegalStateException().isThrownBy(() -> experiment(each, 1).run())
				.withMessage("The experiment 'refunds' of the Braintrust project '" + each.project()
						+ "' cannot start, because the application context is closed");
		}
		assertThat(this.server.calls("POST /v1/experiment")).isEmpty();
	}

	@Test
	void datasetAndItsVersionAreNamed() {
		run((evals) -> {
			evals.experiment("refunds").cases(new Dataset<Integer, Integer>() {

				@Override
				public Iterator<EvalCase<Integer, Integer>> iterator() {
					return List.of(EvalCase.of(1, 1)).iterator();
				}

				@Override
				public DatasetVersion version() {
					return new DatasetVersion("d-1", "1000");
				}

			}).task((input) -> input).scorers(Scorers.exactMatch()).run();
			JsonNode body = this.server.calls("POST /v1/experiment").get(0).body();
			assertThat(body.path("dataset_id").asString()).isEqualTo("d-1");
			assertThat(body.path("dataset_version").asString()).isEqualTo("1000");
		});
	}

	@Test
	void experimentThatItIsComparedWithIsNamed() {
		run((evals) -> {
			ExperimentResult<?, ?, ?> before = experiment(evals, 2).run();
			experiment(evals, 2).baseline(Baseline.experiment(before.name())).run();
			JsonNode body = this.server.calls("POST /v1/experiment")
				.stream()
				.filter((call) -> call.path().equals("/v1/experiment"))
				.toList()
				.get(1)
				.body();
			assertThat(body.path("base_exp_id").asString("")).isEqualTo(before.id());
		});
	}

	@Test
	void repositoryIsTakenAlongAsFarAsTheOrganizationAllows() {
		this.server.data().allowingGit("{\"collect\": \"some\", \"fields\": [\"commit\", \"author_name\"]}");
		run((evals) -> {
			experiment(evals, 1).run();
			JsonNode info = this.server.calls("POST /v1/experiment").get(0).body().path("repo_info");
			// Sources that were downloaded have no Git metadata.
			assertThat(info.propertyNames()).isSubsetOf("commit", "author_name");
		});
	}

	@Test
	void experimentsOfTwoProjectsAtOneTimeAreApart() {
		this.runner.run((context) -> {
			BraintrustEvals evals = context.getBean(BraintrustEvals.class);
			var support = experiment(evals.of("support"), 50).start();
			var research = experiment(evals.of("research"), 50).start();
			assertThat(support.join().sent()).isTrue();
			assertThat(research.join().sent()).isTrue();
			Map<String, Long> counts = this.server.spans()
				.stream()
				.collect(Collectors.groupingBy(ReceivedSpan::parent, Collectors.counting()));
			assertThat(counts).isEqualTo(Map.of("experiment_id:" + support.join().id(), 150L,
					"experiment_id:" + research.join().id(), 150L));
			assertThat(this.server.data().experiments()).extracting((each) -> each.path("project_id").asString())
				.containsExactlyInAnyOrder(BraintrustData.PROJECT_ID, "p-research");
		});
	}

	@Test
	void testThatRecordsSpansSendsNothing() {
		this.runner.withBean(RecordedSpans.class).run((context) -> {
			ExperimentResult<?, ?, ?> result = experiment(evals(context.getBean(BraintrustEvals.class)), 1).run();
			assertThat(result.sent()).isFalse();
			assertThat(result.id()).isNull();
			assertThat(context.getBean(RecordedSpans.class).all()).hasSize(3);
		});
		assertThat(this.server.calls()).isEmpty();
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	void testThatAsksForItSendsExperimentsAloneAndRecordsThemToo() {
		this.runner.withBean(RecordedSpans.class).withPropertyValues("braintrust.evals.send=true").run((context) -> {
			context.getBean(BraintrustProjects.class).tracer("support").taskSpan("logged").run((span) -> {
			});
			ExperimentResult<?, ?, ?> result = experiment(evals(context.getBean(BraintrustEvals.class)), 2).run();
			assertThat(result.sent()).isTrue();
			assertThat(context.getBean(RecordedSpans.class).all()).hasSize(7);
		});
		assertThat(this.server.spans()).hasSize(6).noneMatch((span) -> span.name().equals("logged"));
	}

	@Test
	void experimentIsNotSentIfThatIsNotWanted() {
		this.runner.withPropertyValues("braintrust.evals.send=false").run((context) -> {
			assertThat(experiment(evals(context.getBean(BraintrustEvals.class)), 2).run().rows()).hasSize(2);
			assertThat(this.server.calls()).isEmpty();
		});
		assertThat(this.server.requests()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "braintrust.projects.support.enabled=false,", "braintrust.projects.support.enabled=false,true",
			"braintrust.api-key=,", "braintrust.api-key=;braintrust.export.endpoint=http://127.0.0.1:9/v1/traces," })
	void projectThatCannotSendRunsHere(String properties, String send) {
		this.runner.withPropertyValues(properties.split(";"))
			.withPropertyValues((send != null) ? new String[] { "braintrust.evals.send=" + send } : new String[0])
			.run((context) -> {
				ExperimentResult<?, ?, ?> result = experiment(evals(context.getBean(BraintrustEvals.class)), 2).run();
				assertThat(result.sent()).isFalse();
				assertThat(result.score("exactMatch").mean()).isEqualTo(1);
				assertThat(result.table()).contains("not sent to Braintrust");
			});
		assertThat(this.server.calls()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "braintrust.api-key=", "braintrust.api-key=;braintrust.export.endpoint=http://127.0.0.1:9/v1/traces" })
	void sendingThatIsAskedForWithoutAKeyFailsBeforeTheFirstRow(String properties) {
		AtomicInteger rows = new AtomicInteger();
		this.runner.withPropertyValues(properties.split(";"))
			.withPropertyValues("braintrust.evals.send=true")
			.run((context) -> assertThatIllegalStateException()
				.isThrownBy(() -> counting(evals(context.getBean(BraintrustEvals.class)), rows).run())
				.withMessageContaining("'refunds'")
				.withMessageContaining("'support' has no API key")
				.withMessageContaining("braintrust.projects.support.api-key")
				.withMessageContaining("braintrust.evals.send"));
		assertThat(rows).hasValue(0);
	}

	@ParameterizedTest
	@CsvSource({ "GET /v1/project, 401", "POST /v1/experiment, 401", "POST /v1/experiment, 403",
			"POST /v1/experiment, 404", "POST /v1/experiment, 429", "POST /v1/experiment, 400" })
	void refusalFailsBeforeTheFirstRowIfSendingWasAskedFor(String request, int status) {
		this.server.failing(request, Fault.status(status));
		AtomicInteger rows = new AtomicInteger();
		this.runner.withPropertyValues("braintrust.evals.send=true")
			.run((context) -> assertThatIllegalStateException()
				.isThrownBy(() -> counting(evals(context.getBean(BraintrustEvals.class)), rows).run())
				.withMessageContaining("'refunds'")
				.withMessageContaining("'support'")
				.withMessageContaining("the property 'braintrust.api-key'")
				.withMessageContaining("status " + status)
				.withMessageNotContaining(KEY)
				.withMessageNotContaining("a secret of the server"));
		assertThat(rows).hasValue(0);
		assertThat(this.server.spans()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "401", "403", "404", "429", "0" })
	void refusalIsAWarningAndTheExperimentRunsHereIfSendingWasNotAskedFor(int status, CapturedOutput output) {
		this.server.failing("POST /v1/experiment", (status != 0) ? Fault.status(status) : Fault.cut());
		run((evals) -> {
			AtomicInteger rows = new AtomicInteger();
			ExperimentResult<?, ?, ?> result = counting(evals, rows).run();
			assertThat(result.sent()).isFalse();
			assertThat(result.id()).isNull();
			assertThat(rows).hasValue(3);
		});
		assertThat(output).contains("The experiment 'refunds' cannot be registered")
			.contains((status != 0) ? "status " + status : "IOException")
			.contains("It only runs locally")
			.doesNotContain(KEY)
			.doesNotContain("a secret of the server");
		assertThat(this.server.spans()).isEmpty();
	}

	@Test
	void serverThatCannotBeReachedIsAWarning(CapturedOutput output) {
		this.runner.withPropertyValues("braintrust.api-url=http://127.0.0.1:9").run((context) -> {
			ExperimentResult<?, ?, ?> result = experiment(evals(context.getBean(BraintrustEvals.class)), 2).run();
			assertThat(result.sent()).isFalse();
			assertThat(result.rows()).hasSize(2);
		});
		assertThat(output).contains("ConnectException");
	}

	@Test
	void registrationThatFailsForAMomentIsRepeated() {
		this.server.failing("POST /v1/experiment", 1, Fault.status(503))
			.failing("POST /v1/experiment", 1, Fault.status(429, "0"));
		run((evals) -> assertThat(experiment(evals, 2).run().sent()).isTrue());
	}

	@Test
	void experimentWithoutALoginHasNoUrlAndIsSent() {
		this.server.failing("POST /api/apikey/login", Fault.status(404));
		run((evals) -> {
			ExperimentResult<?, ?, ?> result = experiment(evals, 2).run();
			assertThat(result.sent()).isTrue();
			assertThat(result.url()).isNull();
		});
	}

	@Test
	void rowsThatAreRefusedAreSaidWithTheirCounts(CapturedOutput output) {
		this.server.failing("POST /otel", Fault.status(401));
		run((evals) -> {
			ExperimentResult<?, ?, ?> result = experiment(evals, 2).run();
			assertThat(result.sent()).isFalse();
			assertThat(result.rows()).hasSize(2);
			assertThat(result.score("exactMatch").mean()).isEqualTo(1);
		});
		assertThat(output).contains("is not complete in Braintrust: 0 of 6 spans arrived (status 401)");
	}

	@Test
	void serverThatIsDownForAMomentLosesNothing() {
		this.server.failing("POST /otel", 1, Fault.status(503));
		run((evals) -> assertThat(experiment(evals, 20).run().sent()).isTrue());
		assertThat(this.server.spans()).hasSize(60);
	}

	@Test
	void serverThatTakesNothingIsGivenUpAndTheRunGoesOn(CapturedOutput output) {
		this.server.failing("POST /otel", Fault.hang());
		this.runner.withPropertyValues("braintrust.export.max-queue-spans=100", "braintrust.export.timeout=1s")
			.run((context) -> {
				ProjectEvals evals = impatient(context.getBean(BraintrustProjects.class));
				ExperimentResult<?, ?, ?> result = experiment(evals, 500).run();
				assertThat(result.sent()).isFalse();
				assertThat(result.rows()).hasSize(500);
				assertThat(result.score("exactMatch").mean()).isEqualTo(1);
			});
		assertThat(output).containsOnlyOnce("continues without Braintrust, which accepts no spans: 0 of ")
			.contains(" spans arrived")
			.doesNotContain("is not complete in Braintrust");
	}

	@Test
	void serverThatTakesNothingAtTheEndIsGivenUp(CapturedOutput output) {
		this.server.failing("POST /otel", Fault.hang());
		this.runner.withPropertyValues("braintrust.export.timeout=1s").run((context) -> {
			ExperimentResult<?, ?, ?> result = experiment(impatient(context.getBean(BraintrustProjects.class)), 5)
				.run();
			assertThat(result.sent()).isFalse();
			assertThat(result.rows()).hasSize(5);
		});
		assertThat(output).containsOnlyOnce("0 of 15 spans arrived");
	}

	@Test
	void interruptOfTheCallerLosesNoRowThatHasEnded() throws InterruptedException {
		CountDownLatch done = new CountDownLatch(1);
		run((evals) -> {
			Thread thread = new Thread(() -> {
				ExperimentResult<?, ?, ?> result = evals.experiment("refunds").cases(numbers(10)).task((input) -> {
					if (input == 5) {
						Thread.currentThread().interrupt();
						throw new InterruptedException();
					}
					return input;
				}).scorers(Scorers.exactMatch()).maxConcurrency(1).run();
				assertThat(result.sent()).isTrue();
				assertThat(Thread.currentThread().isInterrupted()).isTrue();
				done.countDown();
			});
			thread.start();
			try {
				thread.join(60_000);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
		assertThat(done.getCount()).isZero();
		assertThat(this.server.spans()).filteredOn((span) -> span.name().equals("eval")).hasSizeGreaterThanOrEqualTo(5);
	}

	@Test
	void closeOfTheContextSendsWhatIsThere() {
		CountDownLatch five = new CountDownLatch(5);
		this.runner.withPropertyValues("braintrust.export.shutdown-timeout=1m").run((context) -> {
			ProjectEvals evals = evals(context.getBean(BraintrustEvals.class));
			evals.experiment("refunds").cases(numbers(100)).task((input) -> {
				if (input >= 5) {
					new CountDownLatch(1).await();
				}
				five.countDown();
				return input;
			}).scorers(Scorers.exactMatch()).maxConcurrency(1).start();
			try {
				five.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
		assertThat(this.server.spans()).filteredOn((span) -> span.name().equals("task")).hasSizeGreaterThanOrEqualTo(5);
	}

	@Test
	@Tag("fault")
	void allRowsArriveAtASlowServer() {
		this.server.failing("POST /otel", Fault.delay(Duration.ofMillis(100)));
		run((evals) -> assertThat(experiment(evals, 10_000).run().sent()).isTrue());
		assertThat(inputs()).hasSize(10_000);
		assertThat(this.server.spans()).hasSize(30_000);
	}

	@Test
	@Tag("fault")
	void allRowsArriveThoughTheQueueIsSmallAndTheServerFailsNowAndThen() {
		this.server.failing("POST /otel", 2, Fault.status(503)).failing("POST /otel", 1, Fault.cut());
		this.runner.withPropertyValues("braintrust.export.max-queue-spans=1000", "braintrust.export.max-queue-size=1MB")
			.run((context) -> assertThat(experiment(evals(context.getBean(BraintrustEvals.class)), 2_000).run().sent())
				.isTrue());
		assertThat(inputs()).hasSize(2_000);
	}

	@Test
	@Tag("fault")
	void rowsOfASmallQueueDoNotWaitForItsInterval() {
		this.runner.withPropertyValues("braintrust.export.max-queue-spans=40").run((context) -> {
			RunningExperiment<?, ?, ?> running = experiment(evals(context.getBean(BraintrustEvals.class)), 1_000)
				.start();
			// With one request per second, it would take five minutes.
			await().atMost(Duration.ofMinutes(2)).until(running::isDone);
			assertThat(running.join().sent()).isTrue();
		});
		assertThat(inputs()).hasSize(1_000);
	}

	@Test
	@Tag("fault")
	void rowOfTwentyMegabytesArrivesWhole() {
		String large = "x".repeat(20_000_000);
		run((evals) -> assertThat(evals.experiment("large")
			.cases(EvalCase.of(large, "a"), EvalCase.of("small", "small"))
			.task((input) -> input.equals(large) ? "a" : input)
			.scorers(Scorers.exactMatch())
			.run()
			.sent()).isTrue());
		assertThat(this.server.spans()).filteredOn((span) -> span.name().equals("eval"))
			.extracting((span) -> span.input().asString().length())
			.containsExactlyInAnyOrder(20_000_000, 5);
	}

	// The inputs of the received rows.
	private Set<Integer> inputs() {
		return this.server.spans()
			.stream()
			.filter((span) -> span.name().equals("eval"))
			.map((span) -> span.input().asInt())
			.collect(Collectors.toSet());
	}

	private ProjectEvals impatient(BraintrustProjects projects) {
		return new DefaultBraintrustEvals(projects, new ProjectApis(() -> new HttpClients(null)),
				new RunSettings(false, null, false, null, null, null, null, null, false, null, Duration.ofSeconds(2)),
				null)
			.of("support");
	}

	private static Experiment<Integer, Integer, Integer> experiment(ProjectEvals evals, int rows) {
		return evals.experiment("refunds").cases(numbers(rows)).task((input) -> input).scorers(Scorers.exactMatch());
	}

	private static Experiment<Integer, Integer, Integer> counting(ProjectEvals evals, AtomicInteger rows) {
		return evals.experiment("refunds").cases(numbers(3)).task((input) -> {
			rows.incrementAndGet();
			return input;
		}).scorers(Scorers.exactMatch());
	}

	private static ProjectEvals evals(BraintrustEvals evals) {
		return evals.of("support");
	}

	private void run(Consumer<ProjectEvals> test) {
		this.runner.run((context) -> test.accept(evals(context.getBean(BraintrustEvals.class))));
	}

	private static Dataset<Integer, Integer> numbers(int count) {
		return Dataset.of(IntStream.range(0, count).mapToObj((i) -> EvalCase.of(i, i)).toList());
	}

}
