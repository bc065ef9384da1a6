package dev.braintrust.spring.eval.remote;

import java.util.List;

import dev.braintrust.spring.eval.remote.RemoteEvalApplication.Kind;
import dev.braintrust.spring.support.BraintrustServer.Call;
import dev.braintrust.spring.support.Playground.Event;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RequestedCases}, and of the scorers in a request.
 */
class RequestedCasesTests {

	private final RemoteEvalApplication application = new RemoteEvalApplication(Kind.SERVLET);

	private final String dataset = this.application.braintrust().data().dataset("food").path("id").asString();

	@AfterEach
	void close() {
		this.application.close();
	}

	private List<Event> run(String data, String more) throws Exception {
		return this.application.playground()
			.run("{\"name\":\"echo\",\"data\":" + data + "," + more + "\"stream\":true}");
	}

	private List<Event> runDataset(String more) throws Exception {
		return run("{\"dataset_id\":\"" + this.dataset + "\"" + more + "}",
				"\"parent\":{\"object_type\":\"playground_logs\",\"object_id\":\"p\"},");
	}

	private static List<String> outputs(List<Event> events) {
		return events.stream()
			.filter((event) -> event.name().equals("progress") && event.progress().equals("json_delta"))
			.map((event) -> ReceivedSpan.parse(event.json().path("data").asString()).asString())
			.toList();
	}

	private static ObjectNode row(String id, String input) {
		return JsonNodeFactory.instance.objectNode().put("id", id).put("input", input);
	}

	private String version() {
		List<ObjectNode> rows = this.application.braintrust().data().rows(this.dataset);
		return rows.get(rows.size() - 1).path("_xact_id").asString();
	}

	@Test
	void datasetStaysAtTheVersionThatItHasWhenTheRunBegins() throws Exception {
		for (int i = 0; i < 5; i++) {
			this.application.braintrust().data().hasRows(this.dataset, row("row-" + i, "in " + i));
		}
		List<Event> events = run("{\"dataset_id\":\"" + this.dataset + "\"}", "\"experiment_name\":\"pinned\",");
		assertThat(outputs(events)).hasSize(6);
		assertThat(this.application.braintrust().calls("POST /v1/dataset/" + this.dataset + "/fetch"))
			.hasSizeGreaterThan(2)
			.allSatisfy((call) -> assertThat(call.body().path("version").asString("")).isEqualTo(version()));
		assertThat(this.application.braintrust().calls("POST /btql")).singleElement()
			.satisfies((call) -> assertThat(call.authorization()).isEqualTo("Bearer " + RemoteEvalApplication.CALLER));
		assertThat(this.application.braintrust().calls("POST /v1/experiment")).singleElement()
			.satisfies((call) -> assertThat(call.body().path("dataset_version").asString("")).isEqualTo(version()));
	}

	@Test
	void pagesThatComeAgainForGoodEndTheRun() throws Exception {
		this.application.braintrust()
			.data()
			.hasRows(this.dataset, row("row-1", "in 1"), row("row-2", "in 2"), row("row-3", "in 3"))
			.endless();
		assertThat(runDataset("")).singleElement()
			.satisfies((event) -> assertThat(event.data()).contains("answers the same pages again"));
	}

	@Test
	void environmentWithoutAVersionEndsTheRun() throws Exception {
		assertThat(runDataset(",\"dataset_environment\":\"none\"")).singleElement()
			.satisfies((event) -> assertThat(event.data()).contains("The environment has no version of the dataset."));
	}

	@Test
	void filterOfThePlaygroundIsAsked() throws Exception {
		this.application.braintrust()
			.data()
			.answering((query) -> page((int) this.application.braintrust()
				.calls("POST /btql")
				.stream()
				.filter((call) -> call.body().path("query").isObject())
				.count()));
		String filter = "[{\"op\":\"isnotnull\",\"expr\":{\"op\":\"ident\",\"name\":[\"expected\"]}}]";
		List<Event> events = runDataset(",\"_internal_btql\":{\"filter\":" + filter
				+ ",\"limit\":3,\"select\":[],\"from\":\"secrets\",\"cursor\":\"x\"}");
		assertThat(outputs(events)).containsExactlyInAnyOrder("in 1", "in 2", "in 3");
		List<JsonNode> asked = this.application.braintrust()
			.calls("POST /btql")
			.stream()
			.filter((call) -> call.authorization().equals("Bearer " + RemoteEvalApplication.CALLER))
			.map(Call::body)
			.filter((body) -> body.path("query").isObject())
			.toList();
		assertThat(asked).hasSize(2);
		assertThat(asked.get(0)).isEqualTo(ReceivedSpan.parse("{\"query\":{\"filter\":" + filter
				+ ",\"select\":[{\"op\":\"star\"}],\"from\":{\"op\":\"function\",\"name\":{\"op\":\"ident\",\"name\":"
				+ "[\"dataset\"]},\"args\":[{\"op\":\"literal\",\"value\":\"" + this.dataset
				+ "\"}]},\"limit\":3},\"use_columnstore\":false,\"brainstore_realtime\":true,\"version\":\"" + version()
				+ "\"}"));
		assertThat(asked.get(1).at("/query/cursor").asString("")).isEqualTo("c-1");
		assertThat(events.get(0).json().at("/origin/object_id").asString("")).isEqualTo(this.dataset);
	}

	// Pages of two rows. Each page begins with the last row of the previous page.
	private static JsonNode page(int number) {
		ObjectNode page = JsonNodeFactory.instance.objectNode().put("cursor", "c-" + number);
		for (int i = number; i < number + 2; i++) {
			page.withArray("data").add(row("row-" + i, "in " + i));
		}
		return page;
	}

	@Test
	void emptyFilterIsNone() throws Exception {
		assertThat(outputs(runDataset(",\"_internal_btql\":{}"))).hasSize(1);
		assertThat(outputs(runDataset(",\"_internal_btql\":null"))).hasSize(1);
		assertThat(outputs(runDataset(",\"_internal_btql\":{\"limit\":null}"))).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"global_function\":\"Factuality\",\"function_type\":\"scorer\"}",
			"{\"project_name\":\"shared\",\"slug\":\"Factuality\",\"version\":\"7\"}",
			"{\"prompt_session_id\":\"s-1\",\"prompt_session_function_id\":\"Factuality\",\"version\":\"8\"}",
			"{\"inline_context\":{\"runtime\":\"node\",\"version\":\"22\"},\"code\":\"…\",\"name\":\"Factuality\"}",
			"{\"inline_prompt\":{\"prompt\":{}},\"inline_function\":{\"type\":\"llm\"},\"name\":\"Factuality\"}",
			"{\"inline_prompt\":{\"prompt\":{}},\"function_type\":\"scorer\",\"name\":\"Factuality\"}" })
	void scorerOfThePlaygroundIsCalledAsItIsNamed(String function) throws Exception {
		this.application.braintrust()
			.data()
			.invoking("Factuality", (body) -> ReceivedSpan.parse("{\"name\":\"Factuality\",\"score\":0.6}"));
		List<Event> events = run("{\"data\":[{\"input\":\"a\"}]}", "\"scores\":[{\"name\":\"facts\",\"function_id\":"
				+ function + "}],\"parent\":{\"object_type\":\"playground_logs\",\"object_id\":\"p\"},");
		assertThat(events.get(2).json().at("/scores/facts/score").asDouble()).isEqualTo(0.6);
		Call call = this.application.braintrust().calls("POST /function/invoke").get(0);
		assertThat(call.authorization()).isEqualTo("Bearer " + RemoteEvalApplication.CALLER);
		ObjectNode body = (ObjectNode) call.body().deepCopy();
		assertThat(body.remove("input").path("output").asString()).isEqualTo("a");
		assertThat(body.remove("parent").path("object_id").asString()).isEqualTo("p");
		assertThat(body).isEqualTo(ReceivedSpan.parse(function));
	}

	@Test
	void referenceOfAScorerAddsNothingElseToTheCall() throws Exception {
		this.application.braintrust().data().invoking("Factuality", (body) -> ReceivedSpan.parse("1"));
		run("{\"data\":[{\"input\":\"a\"}]}", "\"scores\":[{\"name\":\"facts\",\"function_id\":{\"global_function\":"
				+ "\"Factuality\",\"stream\":true,\"org_name\":\"Evil\",\"messages\":[]}}],");
		assertThat(this.application.braintrust().calls("POST /function/invoke")).singleElement()
			.satisfies((call) -> assertThat(call.body().propertyNames()).containsExactlyInAnyOrder("global_function",
					"input", "parent"));
	}

	@Test
	void scorerThatCannotBeCalledIsAnErrorThatDoesNotShowItsCode() throws Exception {
		List<Event> events = run("{\"data\":[{\"input\":\"a\"}]}",
				"\"scores\":[{\"name\":\"mine\",\"function_id\":{\"inline_context\":{\"runtime\":\"node\",\"version\":\"22\"},"
						+ "\"code\":\"secret\",\"name\":\"unknown\"}}],");
		assertThat(events.get(events.size() - 2).json().at("/scores/mine").isMissingNode()).isTrue();
		assertThat(this.application.braintrust().spans())
			.filteredOn((span) -> span.name().equals("mine") || span.name().equals("eval"))
			.hasSize(2)
			.allSatisfy((span) -> assertThat(span.toString()).doesNotContain("secret"));
	}

}
