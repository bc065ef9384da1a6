package dev.braintrust.spring.eval.remote;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.braintrust.spring.eval.remote.RemoteEvalApplication.Kind;
import dev.braintrust.spring.support.BraintrustData;
import dev.braintrust.spring.support.BraintrustServer.Call;
import dev.braintrust.spring.support.Playground;
import dev.braintrust.spring.support.Playground.Event;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of remote evaluations as Braintrust's playground uses them.
 */
class RemoteEvalTests {

	private static final Map<Kind, RemoteEvalApplication> APPLICATIONS = new ConcurrentHashMap<>();

	static RemoteEvalApplication application(Kind kind) {
		return APPLICATIONS.computeIfAbsent(kind, RemoteEvalApplication::new);
	}

	@AfterAll
	static void close() {
		APPLICATIONS.values().forEach(RemoteEvalApplication::close);
		APPLICATIONS.clear();
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void addressOfAProjectSaysThatItIsThere(Kind kind) throws Exception {
		String url = application(kind).url();
		for (String address : List.of(url, url.substring(0, url.length() - 1))) {
			HttpResponse<String> response = new Playground(address, null, null).get("");
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.body()).isEqualTo("Hello, world!");
		}
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void listHasTheEvaluationsOfTheProjectAlone(Kind kind) throws Exception {
		JsonNode list = application(kind).playground().list();
		assertThat(list.propertyNames()).containsExactlyInAnyOrder("echo", "plain", "parameters", "models",
				"nothing declared", "waiting", "sleeping", "pictured", "large", "failing", "typed");
		assertThat(list.path("typed")).isEqualTo(ReceivedSpan.parse(
				"{\"scores\":[{\"name\":\"exactMatch\"}],\"classifiers\":[{\"name\":\"length\"}],\"parameters\":null}"));
		assertThat(ReceivedSpan.parse(application(kind).playground().send("POST", "list", "{}").body()))
			.isEqualTo(list);
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void playgroundReadsEachRowAndThenTheSummary(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		List<Event> events = application.playground()
			.run("{'name':'echo','data':{'data':[{'input':'a','expected':'a'},{'input':'ä','expected':'b'}]},"
				.replace('\'', '"') + PLAYGROUND.formatted("p-1", "\"gen-1\"") + ",\"stream\":true}");
		assertThat(events.stream().map(Event::name)).containsExactly("progress", "progress", "progress", "progress",
				"summary", "done");
		List<Event> outputs = events.stream()
			.filter((event) -> event.name().equals("progress") && event.progress().equals("json_delta"))
			.toList();
		assertThat(outputs.stream().map((event) -> event.json().path("data").asString()))
			.containsExactlyInAnyOrder("\"a\"", "\"ä\"");
		List<ReceivedSpan> rows = spans(application, "playground_id:p-1", 6).stream()
			.filter(ReceivedSpan::isRoot)
			.toList();
		assertThat(outputs).allSatisfy((event) -> {
			JsonNode progress = event.json();
			assertThat(rows.stream().map(ReceivedSpan::spanId)).contains(progress.path("id").asString());
			assertThat(progress.path("object_type").asString()).isEqualTo("task");
			assertThat(progress.path("name").asString()).isEqualTo("echo");
			assertThat(progress.path("format").asString()).isEqualTo("code");
			assertThat(progress.path("output_type").asString()).isEqualTo("completion");
		});
		JsonNode summary = events.get(4).json();
		assertThat(summary.at("/scores/exactMatch")).isEqualTo(
				ReceivedSpan.parse("{\"name\":\"exactMatch\",\"score\":0.5,\"improvements\":0,\"regressions\":0}"));
		assertThat(summary.path("projectName").asString()).isEqualTo(BraintrustData.PROJECT_NAME);
		assertThat(summary.path("projectId").asString()).isEqualTo(BraintrustData.PROJECT_ID);
		assertThat(summary.path("experimentName").asString()).isEqualTo("echo");
		assertThat(summary.path("metrics").isObject()).isTrue();
		assertThat(events.get(5).data()).isEmpty();
	}

	private static final String PLAYGROUND = """
			"parent":{"object_type":"playground_logs","object_id":"%s",
			"propagated_event":{"span_attributes":{"generation":%s}}}""";

	// The spans of a parent, which have arrived before the summary.
	private static List<ReceivedSpan> spans(RemoteEvalApplication application, String parent, int count) {
		List<ReceivedSpan> spans = application.braintrust()
			.spans()
			.stream()
			.filter((span) -> span.parent().equals(parent))
			.toList();
		assertThat(spans).hasSize(count);
		return spans;
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void spansOfAPlaygroundSayItsRunAndTravelWithTheTokenOfTheCaller(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		application.playground()
			.run("{\"name\":\"echo\",\"data\":{\"data\":[{\"input\":\"a\"}]}," + PLAYGROUND.formatted("p-2", "7")
					+ ",\"stream\":true}");
		assertThat(spans(application, "playground_id:p-2", 3)).allSatisfy((span) -> {
			assertThat(span.json("braintrust.span_attributes").path("generation").asInt()).isEqualTo(7);
			assertThat(span.type()).isIn("eval", "task", "score");
			assertThat(span.request().authorization()).isEqualTo("Bearer " + RemoteEvalApplication.CALLER);
			assertThat(span.request().parent()).isEqualTo("playground_id:p-2");
		});
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void runWithoutAPlaygroundIsAnExperimentOfTheCaller(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		List<Event> events = application.playground()
			.run("{\"name\":\"echo\",\"data\":{\"data\":[{\"input\":\"a\",\"expected\":\"a\"}]},"
					+ "\"experiment_name\":\"from the page " + kind + "\",\"project_id\":\"" + BraintrustData.PROJECT_ID
					+ "\",\"stream\":true}");
		assertThat(events.stream().map(Event::name)).containsExactly("start", "progress", "progress", "summary",
				"done");
		JsonNode start = events.get(0).json();
		assertThat(start.path("experimentName").asString()).isEqualTo("from the page " + kind);
		assertThat(start.path("experimentUrl").asString()).contains("object_type=experiment&object_id=");
		assertThat(events.get(3).json().path("experimentId")).isEqualTo(start.path("experimentId"));
		assertThat(spans(application, "experiment_id:" + start.path("experimentId").asString(), 3))
			.allSatisfy((span) -> assertThat(span.request().authorization())
				.isEqualTo("Bearer " + RemoteEvalApplication.CALLER));
		assertThat(application.braintrust().calls("POST /v1/experiment"))
			.filteredOn((call) -> call.body().path("name").asString().endsWith(kind.name()))
			.singleElement()
			.satisfies((call) -> assertThat(call.authorization()).isEqualTo("Bearer " + RemoteEvalApplication.CALLER));
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void whoeverReadsNoEventsGetsTheSummary(Kind kind) throws Exception {
		HttpResponse<String> response = application(kind).playground()
			.send("POST", "eval", "{\"name\":\"echo\",\"data\":{\"data\":[{\"input\":\"a\",\"expected\":\"a\"}]},"
					+ PLAYGROUND.formatted("p-3", "1") + "}");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).contains(Playground.ORIGIN);
		assertThat(ReceivedSpan.parse(response.body()).at("/scores/exactMatch/score").asDouble()).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void rowWhoseTaskFailsSaysWhyAndEnds(Kind kind) throws Exception {
		List<Event> events = application(kind).playground()
			.run("{\"name\":\"failing\",\"data\":{\"data\":[{\"input\":\"luck\"}]}," + PLAYGROUND.formatted("p-4", "1")
					+ ",\"stream\":true}");
		assertThat(events.stream().map(Event::name)).containsExactly("progress", "progress", "summary", "done");
		assertThat(events.get(0).progress()).isEqualTo("error");
		assertThat(events.get(0).json().path("data").asString()).isEqualTo("java.lang.IllegalStateException: No luck");
		assertThat(events.get(1).progress()).isEqualTo("done");
		assertThat(events.get(2).json().at("/scores/exactMatch/score").asDouble(1)).isZero();
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void runThatFailsEndsWithAnError(Kind kind) throws Exception {
		List<Event> events = application(kind).playground()
			.run("{\"name\":\"echo\",\"data\":{\"dataset_name\":\"none\"}," + PLAYGROUND.formatted("p-5", "1")
					+ ",\"stream\":true}");
		assertThat(events).singleElement().satisfies((event) -> {
			assertThat(event.name()).isEqualTo("error");
			assertThat(event.json().propertyNames()).containsExactly("type", "message");
			assertThat(event.json().path("message").asString())
				.isEqualTo("There is no dataset with this name that the token can read.");
		});
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void rowsOfADatasetAreReadWithTheTokenOfTheCaller(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		String id = addDataset(application, "rows " + kind, 5);
		for (String data : List.of("{\"dataset_id\":\"" + id + "\"}",
				"{\"project_name\":\"" + BraintrustData.PROJECT_NAME + "\",\"dataset_name\":\"rows " + kind + "\"}")) {
			List<Event> events = application.playground()
				.run("{\"name\":\"echo\",\"data\":" + data + "," + PLAYGROUND.formatted("p-6", "1")
						+ ",\"stream\":true}");
			assertThat(events.stream()
				.filter((event) -> event.name().equals("progress") && event.progress().equals("json_delta"))).hasSize(5)
				.allSatisfy((event) -> {
					JsonNode origin = event.json().path("origin");
					assertThat(origin.path("object_type").asString()).isEqualTo("dataset");
					assertThat(origin.path("object_id").asString()).isEqualTo(id);
					assertThat(origin.path("id").asString()).startsWith("row-");
				});
		}
		assertThat(application.braintrust().calls()).filteredOn((call) -> call.path().startsWith("/v1/dataset"))
			.extracting(Call::authorization)
			.containsOnly("Bearer " + RemoteEvalApplication.CALLER);
	}

	private static String addDataset(RemoteEvalApplication application, String name, int rows) {
		ObjectNode dataset = BraintrustData.recorded("dataset");
		String id = "dataset-" + name.replace(' ', '-');
		application.braintrust().data().add("dataset", dataset.put("id", id).put("name", name));
		for (int i = 0; i < rows; i++) {
			application.braintrust()
				.data()
				.hasRows(id,
						JsonNodeFactory.instance.objectNode()
							.put("id", "row-" + i)
							.put("input", "in " + i)
							.put("expected", "in " + i));
		}
		return id;
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void versionOfADatasetIsThatOfTheRequestOrOfItsEnvironment(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		String id = addDataset(application, "versions " + kind, 3);
		String second = application.braintrust().data().rows(id).get(1).path("_xact_id").asString();
		application.braintrust().data().hasEnvironment("dataset", id, "production", second);
		for (String version : List.of("\"dataset_version\":\"" + second + "\"",
				"\"dataset_environment\":\"production\"")) {
			List<Event> events = application.playground()
				.run("{\"name\":\"echo\",\"data\":{\"dataset_id\":\"" + id + "\"," + version + "},"
						+ PLAYGROUND.formatted("p-7", "1") + ",\"stream\":true}");
			assertThat(events.stream().filter((event) -> event.data().contains("json_delta"))).hasSize(2);
		}
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void scorersOfBraintrustAreCalledWithTheTokenOfTheCaller(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		String function = application.braintrust().data().all("function").get(0).path("id").asString();
		application.braintrust()
			.data()
			.invoking(application.braintrust().data().all("function").get(0).path("slug").asString(),
					(input) -> ReceivedSpan
						.parse("{\"name\":\"theirs\",\"score\":0.25,\"metadata\":{\"why\":\"so\"}}"));
		List<Event> events = application.playground()
			.run("{\"name\":\"echo\",\"parameters\":{\"suffix\":\"!\"},\"data\":{\"data\":[{\"input\":\"a\"}]},"
					+ "\"scores\":[{\"name\":\"hosted\",\"function_id\":{\"function_id\":\"" + function
					+ "\",\"version\":\"7\"}}]," + PLAYGROUND.formatted("p-8", "1") + ",\"stream\":true}");
		assertThat(events.get(2).json().at("/scores/hosted/score").asDouble()).isEqualTo(0.25);
		Call call = application.braintrust().calls("POST /v1/function/").get(0);
		assertThat(call.authorization()).isEqualTo("Bearer " + RemoteEvalApplication.CALLER);
		assertThat(call.body().at("/input/output").asString()).isEqualTo("a!");
		assertThat(call.body().at("/input/parameters/suffix").asString()).isEqualTo("!");
		assertThat(call.body().path("version").asString()).isEqualTo("7");
		assertThat(call.body().at("/parent/object_type").asString()).isEqualTo("playground_logs");
		assertThat(call.body().at("/parent/object_id").asString()).isEqualTo("p-8");
		ReceivedSpan score = spans(application, "playground_id:p-8", 4).stream()
			.filter((span) -> span.name().equals("hosted"))
			.findFirst()
			.orElseThrow();
		assertThat(call.body().at("/parent/row_ids/span_id").asString()).isEqualTo(score.spanId());
		assertThat(call.body().at("/parent/row_ids/root_span_id").asString()).isEqualTo(score.traceId());
		assertThat(call.body().at("/parent/propagated_event/span_attributes"))
			.isEqualTo(ReceivedSpan.parse("{\"purpose\":\"scorer\",\"generation\":1}"));
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void rowsOfAnExperimentAreCases(Kind kind) throws Exception {
		RemoteEvalApplication application = application(kind);
		ObjectNode experiment = BraintrustData.recorded("experiment");
		application.braintrust()
			.data()
			.add("experiment", experiment.put("id", "earlier-" + kind).put("name", "earlier " + kind))
			.hasRows("earlier-" + kind,
					(ObjectNode) ReceivedSpan.parse("{\"input\":\"a\",\"output\":\"a\",\"is_root\":true}"),
					(ObjectNode) ReceivedSpan.parse("{\"input\":\"below\",\"is_root\":false}"));
		List<Event> events = application.playground()
			.run("{\"name\":\"echo\",\"data\":{\"experiment_name\":\"earlier " + kind + "\"},"
					+ PLAYGROUND.formatted("p-9", "1") + ",\"stream\":true}");
		assertThat(events.stream().map(Event::name)).containsExactly("progress", "progress", "summary", "done");
		assertThat(events.get(2).json().at("/scores/exactMatch/score").asDouble()).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void rowsAreReadAsTheTypesOfTheEvaluation(Kind kind) throws Exception {
		List<Event> events = application(kind).playground()
			.run("{\"name\":\"typed\",\"data\":{\"data\":[{\"input\":{\"text\":\"why\"},\"expected\":\"why?\"}]},"
					+ PLAYGROUND.formatted("p-10", "1") + ",\"stream\":true}");
		assertThat(events.get(2).json().at("/scores/exactMatch/score").asDouble()).isEqualTo(1);
		HttpResponse<String> response = application(kind).playground()
			.send("POST", "eval", "{\"name\":\"typed\",\"data\":{\"data\":[{\"input\":\"secret\"}]}}");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).contains("Row 1 cannot be used", "input").doesNotContain("secret");
	}

}
