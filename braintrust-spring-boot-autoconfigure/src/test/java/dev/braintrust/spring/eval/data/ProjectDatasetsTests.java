package dev.braintrust.spring.eval.data;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.data.Dataset.DatasetVersion;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.support.BraintrustData;
import dev.braintrust.spring.support.BraintrustServer;
import dev.braintrust.spring.support.BraintrustServer.Call;
import dev.braintrust.spring.support.BraintrustServer.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link ProjectDatasets}, by the requests that a server receives.
 */
class ProjectDatasetsTests {

	private static final String KEY = "sk-very-secret";

	private final BraintrustServer server = new BraintrustServer();

	private final String id = this.server.data().dataset("food").path("id").asString();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.check-on-startup=false", "braintrust.api-key=" + KEY,
				"braintrust.api-url=" + this.server.url(), "braintrust.app-url=" + this.server.url(),
				"braintrust.export.shutdown-timeout=1s",
				"braintrust.projects.support.name=" + BraintrustData.PROJECT_NAME);

	@AfterEach
	void close() {
		this.server.close();
	}

	@Test
	void rowsAreCasesThatKnowWhereTheyComeFrom() {
		run((evals) -> {
			List<EvalCase<String, String>> cases = cases(evals.datasets().named("food"));
			JsonNode row = this.server.data().rows(this.id).get(0);
			EvalCase.Origin origin = new EvalCase.Origin("dataset", this.id, row.path("id").asString(),
					row.path("_xact_id").asString(), row.path("created").asString());
			assertThat(cases).containsExactly(
					new EvalCase<>("apple", "fruit", Map.of(), List.of(), row.path("id").asString(), null, origin));
			assertThat(this.server.calls()).extracting(Call::authorization).containsOnly("Bearer " + KEY);
			assertThat(this.server.calls("GET /v1/dataset").get(0).query()).containsExactlyInAnyOrderEntriesOf(
					Map.of("dataset_name", "food", "project_id", BraintrustData.PROJECT_ID));
		});
	}

	@Test
	void nothingIsAskedBeforeADatasetIsUsed() {
		run((evals) -> {
			evals.datasets().named("food").environment("production").snapshot("a").version("1");
			assertThat(this.server.calls()).isEmpty();
		});
	}

	@Test
	void datasetIsReadAtTheVersionThatItHas() {
		hasRows(5);
		run((evals) -> {
			Dataset<String, String> dataset = evals.datasets().named("food").pinned();
			Iterator<EvalCase<String, String>> rows = dataset.iterator();
			rows.next();
			String version = this.server.data().rows(this.id).get(5).path("_xact_id").asString();
			// The dataset changes while it is read.
			hasRows(3);
			List<EvalCase<String, String>> rest = new ArrayList<>();
			rows.forEachRemaining(rest::add);
			assertThat(rest).hasSize(5);
			assertThat(dataset.version()).isEqualTo(new DatasetVersion(this.id, version));
			assertThat(this.server.calls("POST /v1/dataset/" + this.id + "/fetch")).hasSizeGreaterThan(2)
				.allSatisfy((call) -> assertThat(call.body().path("version").asString()).isEqualTo(version));
			assertThat(evals.datasets().named("food")).hasSize(9);
		});
	}

	@Test
	void datasetWhoseRowsAreDeletedAndEditedWhileItIsPagedIsReadAsItWas() {
		hasRows(8);
		run((evals) -> {
			List<String> ids = this.server.data()
				.rows(this.id)
				.stream()
				.map((row) -> row.path("id").asString())
				.toList();
			Iterator<EvalCase<String, String>> rows = evals.datasets().named("food").iterator();
			List<EvalCase<String, String>> read = new ArrayList<>();
			read.add(rows.next());
			this.server.data().deletes(this.id, ids.subList(0, 4)).deletes(this.id, ids.subList(7, 9));
			this.server.data().hasRows(this.id, row("{\"input\":\"pear\"}").put("id", ids.get(5)));
			rows.forEachRemaining(read::add);
			assertThat(read).extracting(EvalCase::id).containsExactlyInAnyOrderElementsOf(ids);
			assertThat(read).extracting(EvalCase::input).containsOnly("apple");
			List<EvalCase<String, String>> later = cases(evals.datasets().named("food"));
			assertThat(later).extracting(EvalCase::id).containsExactlyInAnyOrder(ids.get(4), ids.get(5), ids.get(6));
			assertThat(later.get(0).input()).isEqualTo("pear");
		});
	}

	@Test
	void pagesThatShrinkWhileTheyAreReadEndTheReading() {
		List<String> pages = new ArrayList<>(List.of("1 2 3", "3", "", "4"));
		this.server.data().answering((query) -> {
			ObjectNode answer = JsonNodeFactory.instance.objectNode();
			ArrayNode data = answer.putArray("data");
			for (String id : pages.remove(0).split(" ")) {
				if (!id.isEmpty()) {
					data.add(row("{\"input\":\"question\"}").put("id", id));
				}
			}
			return answer.put("cursor", String.valueOf(pages.size()));
		});
		run((evals) -> assertThat(cases(evals.datasets().logs("true", String.class, String.class)))
			.extracting(EvalCase::id)
			.containsExactly("1", "2", "3"));
	}

	@Test
	void pagesAreFetchedWhileTheyAreRead() {
		hasRows(9);
		run((evals) -> {
			Iterator<EvalCase<String, String>> rows = evals.datasets().named("food").iterator();
			rows.next();
			assertThat(this.server.calls("POST /v1/dataset/")).hasSize(1);
		});
	}

	@Test
	void rowThatIsOnSeveralPagesIsOneCase() {
		hasRows(9);
		this.server.data().overlapping();
		run((evals) -> assertThat(cases(evals.datasets().named("food"))).hasSize(10)
			.extracting(EvalCase::id)
			.doesNotHaveDuplicates());
	}

	@Test
	void versionIsThatOfTheSelection() {
		hasRows(3);
		List<String> versions = this.server.data()
			.rows(this.id)
			.stream()
			.map((row) -> row.path("_xact_id").asString())
			.toList();
		this.server.data()
			.hasSnapshot(this.id, "baseline", versions.get(1))
			.hasEnvironment("dataset", this.id, "production", versions.get(2));
		run((evals) -> {
			BraintrustDataset<String, String> food = evals.datasets().named("food");
			assertThat(food.version().version()).isEqualTo(versions.get(3));
			assertThat(food.snapshot("baseline").version().version()).isEqualTo(versions.get(1));
			assertThat(cases(food.snapshot("baseline"))).hasSize(2);
			assertThat(food.environment("production").version().version()).isEqualTo(versions.get(2));
			assertThat(cases(food.environment("production"))).hasSize(3);
			assertThat(food.environment("production").snapshot("baseline").version().version())
				.isEqualTo(versions.get(1));
			assertThat(food.environment("production").snapshot("baseline").version(versions.get(0)).version().version())
				.isEqualTo(versions.get(0));
			assertThat(cases(food.version(versions.get(0)))).hasSize(1);
		});
	}

	@Test
	void snapshotIsAskedForByTheIdOfItsDataset() {
		this.server.data().hasSnapshot(this.id, "baseline", "1000197155625133059");
		run((evals) -> {
			evals.datasets().named("food").snapshot("baseline").version();
			assertThat(this.server.calls("POST /api/dataset_snapshot/get")).singleElement()
				.satisfies((call) -> assertThat(call.body())
					.isEqualTo(row("{\"dataset_id\":\"" + this.id + "\",\"name\":\"baseline\"}")));
		});
	}

	@Test
	void organizationOfAnEnvironmentIsNamed() {
		this.server.data().hasEnvironment("dataset", this.id, "production", "1000197155625133059");
		this.runner.withPropertyValues("braintrust.org-name=Acme & more").run((context) -> {
			context.getBean(BraintrustEvals.class)
				.of("support")
				.datasets()
				.named("food")
				.environment("production")
				.version();
			assertThat(this.server.calls("GET /environment-object/dataset/" + this.id + "/production")).singleElement()
				.satisfies((call) -> assertThat(call.query()).containsEntry("org_name", "Acme & more"));
		});
	}

	@Test
	void experimentNamesTheVersionThatItHasReadAndItsRowsTheirOrigin() {
		hasRows(2);
		run((evals) -> {
			ExperimentResult<String, String, String> result = evals.experiment("refunds")
				.cases(evals.datasets().named("food"))
				.limit(2)
				.task((input) -> {
					hasRows(1);
					return input;
				})
				.scorers(Scorers.exactMatch())
				.run();
			assertThat(result.sent()).isTrue();
			JsonNode body = this.server.calls("POST /v1/experiment").get(0).body();
			JsonNode row = this.server.data().rows(this.id).get(2);
			assertThat(body.path("dataset_id").asString()).isEqualTo(this.id);
			assertThat(body.path("dataset_version").asString()).isEqualTo(row.path("_xact_id").asString());
			assertThat(this.server.calls("POST /btql")).hasSize(1);
			assertThat(this.server.spans()).filteredOn((span) -> span.name().equals("eval"))
				.extracting((span) -> span.json("braintrust.origin").path("object_id").asString())
				.containsExactly(this.id, this.id);
		});
	}

	@Test
	void inputsAndExpectedOutputsHaveTypes() {
		String typed = add("typed",
				"{\"id\":\"r-1\",\"input\":{\"order\":\"A1\",\"day\":\"2026-01-02\"},\"expected\":true,"
						+ "\"metadata\":{\"a\":[1]},\"tags\":[\"x\"]}");
		run((evals) -> {
			EvalCase<Refund, Boolean> read = cases(evals.datasets().named("typed", Refund.class, Boolean.class)).get(0);
			assertThat(read.input()).isEqualTo(new Refund("A1", LocalDate.of(2026, 1, 2)));
			assertThat(read.expected()).isTrue();
			assertThat(read.metadata()).containsEntry("a", List.of(1));
			assertThat(read.tags()).containsExactly("x");
			assertThat(read.origin()).satisfies((origin) -> assertThat(origin.objectId()).isEqualTo(typed));
			assertThatIllegalStateException().isThrownBy(() -> cases(evals.datasets().named("typed")))
				.withMessage(
						"The dataset 'typed' of the Braintrust project 'support' has an error in the row 'r-1': its "
								+ "'input' cannot be read as java.lang.String. Correct it, or give the dataset other types.");
		});
	}

	@Test
	void datasetThatIsEmptyHasNoCasesAndNoVersion() {
		String empty = add("empty");
		run((evals) -> {
			assertThat(cases(evals.datasets().named("empty"))).isEmpty();
			assertThat(evals.datasets().named("empty").version()).isEqualTo(new DatasetVersion(empty, null));
		});
	}

	@Test
	void whatIsNotThereIsNamed() {
		run((evals) -> {
			assertThatIllegalStateException().isThrownBy(() -> cases(evals.datasets().named("tickets")))
				.withMessage(
						"The dataset 'tickets' of the Braintrust project 'support' does not exist. Correct its name, "
								+ "or call 'insert' to create it.");
			assertThatIllegalStateException().isThrownBy(() -> cases(evals.datasets().named("food").snapshot("none")))
				.withMessage("The dataset 'food' of the Braintrust project 'support' has no snapshot 'none'");
			assertThatIllegalStateException()
				.isThrownBy(() -> cases(evals.datasets().named("food").environment("none")))
				.withMessage(
						"The dataset 'food' of the Braintrust project 'support' has no version in the environment 'none'");
			assertThat(this.server.calls("POST /v1/dataset")).isEmpty();
		});
	}

	@Test
	void casesAreInsertedInBatchesAndReadBack() {
		List<EvalCase<Integer, String>> cases = new ArrayList<>(IntStream.range(0, 249)
			.mapToObj((i) -> EvalCase.of(i, "answer").metadata("day", LocalDate.of(2026, 1, 2)).tags("new"))
			.toList());
		cases.add(EvalCase.of(249, (String) null).id("mine"));
		this.server.failing("POST /v1/dataset/", 1, Fault.status(503));
		run((evals) -> {
			BraintrustDataset<Integer, String> dataset = evals.datasets().named("fresh", Integer.class, String.class);
			List<String> ids = dataset.insert(cases);
			assertThat(ids).hasSize(250).doesNotHaveDuplicates().endsWith("mine");
			List<Call> inserts = this.server.calls("POST /v1/dataset/");
			assertThat(inserts).hasSize(4);
			// A retried request has the same ids.
			assertThat(inserts.get(0).body()).isEqualTo(inserts.get(1).body());
			List<EvalCase<Integer, String>> read = cases(dataset);
			assertThat(read).hasSize(250);
			assertThat(read.get(249).metadata()).containsEntry("day", "2026-01-02");
			assertThat(read.get(249).tags()).containsExactly("new");
			assertThat(dataset.insert(List.of())).isEmpty();
		});
	}

	@Test
	void casesThatAreNotTakenAreAnError() {
		this.server.data().taking(1);
		run((evals) -> assertThatIllegalStateException()
			.isThrownBy(
					() -> evals.datasets().named("fresh").insert(List.of(EvalCase.of("a", "A"), EvalCase.of("b", "B"))))
			.withMessage("The dataset 'fresh' of the Braintrust project 'support' took only 1 of 2 cases. Look at it "
					+ "in Braintrust, and insert the missing cases."));
	}

	@Test
	void caseThatIsNoJsonIsNotInserted() {
		List<Object> endless = new ArrayList<>();
		endless.add(endless);
		run((evals) -> assertThatIllegalStateException().isThrownBy(
				() -> evals.datasets().named("fresh", Object.class, String.class).insert(List.of(EvalCase.of(endless))))
			.withMessageContaining(
					"cannot store a case of the type java.util.ArrayList, because it cannot be written as JSON"));
	}

	@Test
	void rootsOfLogsAreCases() {
		List<String> queries = new ArrayList<>();
		this.server.data().answering((query) -> {
			queries.add(query);
			ObjectNode answer = JsonNodeFactory.instance.objectNode();
			ArrayNode data = answer.putArray("data");
			if (!query.contains("cursor")) {
				data.add(row("{\"id\":\"1\",\"input\":\"question\",\"output\":\"answer\",\"expected\":\"other\","
						+ "\"_xact_id\":\"5\",\"created\":\"2026-01-02\",\"tags\":null,\"metadata\":null}"));
				data.add(row("{\"id\":\"2\",\"input\":\"question\"}"));
				answer.put("cursor", "it's next");
			}
			return answer;
		});
		run((evals) -> {
			assertThat(cases(evals.datasets().logs("scores.rating = 1", String.class, String.class))).containsExactly(
					new EvalCase<>("question", "answer", Map.of(), List.of(), "1", null,
							new EvalCase.Origin("project_logs", BraintrustData.PROJECT_ID, "1", "5", "2026-01-02")),
					new EvalCase<>("question", null, Map.of(), List.of(), "2", null,
							new EvalCase.Origin("project_logs", BraintrustData.PROJECT_ID, "2", null, null)));
			String query = "select: id, input, output, metadata, tags, created, _xact_id | from: project_logs('"
					+ BraintrustData.PROJECT_ID
					+ "') | filter: is_root and input is not null and (scores.rating = 1) | "
					+ "sort: _pagination_key desc | limit: 500";
			assertThat(queries).containsExactly(query, query + " | cursor: 'it''s next'");
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 403, 429 })
	void refusalNamesProjectDatasetAndStatus(int status) {
		hasRows(5);
		for (String request : List.of("GET /v1/project", "GET /v1/dataset", "POST /btql", "POST /v1/dataset/")) {
			this.server.recovering().failing(request, Fault.status(status));
			run((evals) -> assertThatIllegalStateException().isThrownBy(() -> cases(evals.datasets().named("food")))
				.withMessageStartingWith("The dataset 'food' of the Braintrust project 'support' cannot be read. ")
				.withMessageEndingWith("(status " + status + ").")
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain(KEY, "a secret of the server")));
		}
	}

	@Test
	void serverThatAsksToWaitWhileADatasetIsPagedIsWaitedFor() {
		hasRows(5);
		run((evals) -> {
			Iterator<EvalCase<String, String>> rows = evals.datasets().named("food").iterator();
			rows.next();
			this.server.failing("POST /v1/dataset/", 2, Fault.status(429, "0"));
			List<EvalCase<String, String>> rest = new ArrayList<>();
			rows.forEachRemaining(rest::add);
			assertThat(rest).hasSize(5);
		});
	}

	@Test
	void serverThatRefusesWhileADatasetIsPagedFailsTheExperimentBeforeItsFirstRow() {
		hasRows(5);
		this.server.data().pageSize(3);
		run((evals) -> {
			Iterator<EvalCase<String, String>> rows = evals.datasets().named("food").iterator();
			rows.next();
			this.server.failing("POST /v1/dataset/", Fault.status(401));
			assertThatIllegalStateException().isThrownBy(() -> rows.forEachRemaining((row) -> {
			})).withMessageContaining("status 401");
			assertThatIllegalStateException()
				.isThrownBy(() -> evals.experiment("refunds")
					.cases(evals.datasets().named("food"))
					.task((input) -> input)
					.scorers(Scorers.exactMatch())
					.run())
				.withMessageContaining("status 401");
			assertThat(this.server.calls("POST /v1/experiment")).isEmpty();
		});
	}

	@Test
	void serverThatAnswersTheSamePageForGoodIsAnError() {
		hasRows(5);
		this.server.data().endless();
		run((evals) -> assertThatIllegalStateException().isThrownBy(() -> cases(evals.datasets().named("food")))
			.withMessage(
					"The dataset 'food' of the Braintrust project 'support' cannot be read. The server answers the "
							+ "same pages again."));
	}

	@Test
	void serverThatAnswersNewCursorsForGoodIsAnError() {
		this.server.data().answering((query) -> {
			ObjectNode answer = JsonNodeFactory.instance.objectNode();
			answer.putArray("data").add(row("{\"id\":\"1\",\"input\":\"question\"}"));
			return answer.put("cursor", String.valueOf(this.server.calls().size()));
		});
		run((evals) -> assertThatIllegalStateException()
			.isThrownBy(() -> cases(evals.datasets().logs("true", String.class, String.class)))
			.withMessage(
					"The logs of the Braintrust project 'support' cannot be read. The server answers the same pages "
							+ "again."));
	}

	@Test
	void answerWithoutRowsIsAnError() {
		this.server.data().answering((query) -> JsonNodeFactory.instance.objectNode().put("error", "a secret"));
		run((evals) -> assertThatIllegalStateException()
			.isThrownBy(() -> cases(evals.datasets().logs("true", String.class, String.class)))
			.withMessage("The logs of the Braintrust project 'support' cannot be read. The answer has no rows."));
	}

	@Test
	@Tag("fault")
	void interruptEndsTheWaitForAServerThatHangsWhileADatasetIsPaged() {
		hasRows(5);
		run((evals) -> {
			Iterator<EvalCase<String, String>> rows = evals.datasets().named("food").iterator();
			rows.next();
			this.server.failing("POST /v1/dataset/", Fault.hang());
			CompletableFuture<Throwable> failure = new CompletableFuture<>();
			int asked = this.server.calls().size();
			Thread reader = new Thread(() -> {
				try {
					rows.forEachRemaining((row) -> {
					});
				}
				catch (IllegalStateException ex) {
					failure.complete(ex);
				}
			});
			reader.start();
			await().until(() -> this.server.calls().size() > asked);
			reader.interrupt();
			assertThat(failure.orTimeout(60, TimeUnit.SECONDS).join()).hasMessageContaining("cannot be read")
				.hasMessageContaining("was interrupted");
		});
	}

	private void hasRows(int count) {
		for (int i = 0; i < count; i++) {
			this.server.data().hasRows(this.id, row("{\"input\":\"apple\",\"expected\":\"fruit\"}"));
		}
	}

	private String add(String name, String... rows) {
		ObjectNode dataset = this.server.data().dataset("food").deepCopy().put("name", name).put("id", "d-" + name);
		this.server.data().add("dataset", dataset);
		for (String row : rows) {
			this.server.data().hasRows("d-" + name, row(row));
		}
		return "d-" + name;
	}

	private static ObjectNode row(String json) {
		return (ObjectNode) JsonMapper.shared().readTree(json);
	}

	private static <I, E> List<EvalCase<I, E>> cases(Iterable<EvalCase<I, E>> dataset) {
		List<EvalCase<I, E>> cases = new ArrayList<>();
		dataset.forEach(cases::add);
		return cases;
	}

	private void run(Consumer<ProjectEvals> test) {
		this.runner.run((context) -> test.accept(context.getBean(BraintrustEvals.class).of("support")));
	}

	record Refund(String order, LocalDate day) {

	}

}
