package dev.braintrust.spring.eval.remote;

import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;

import dev.braintrust.spring.eval.remote.RemoteEvalApplication.Kind;
import dev.braintrust.spring.support.Playground.Event;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The scenarios of "Remote Eval Parameters: Validation" in Braintrust's specification, by
 * number.
 */
class RemoteEvalParametersTests {

	private static final RemoteEvalApplication APPLICATION = new RemoteEvalApplication(Kind.SERVLET);

	private static final String DEFAULTS = "{A=a, B=b}";

	@AfterAll
	static void close() {
		APPLICATION.close();
	}

	private static List<Event> run(String eval, String parameters, String... inputs) throws Exception {
		StringBuilder rows = new StringBuilder();
		for (String input : inputs) {
			rows.append(rows.isEmpty() ? "" : ",").append("{\"input\":\"" + input + "\"}");
		}
		return APPLICATION.playground()
			.run("{\"name\":\"" + eval + "\"," + parameters + "\"data\":{\"data\":[" + rows + "]},"
					+ "\"parent\":{\"object_type\":\"playground_logs\",\"object_id\":\"p\"},\"stream\":true}");
	}

	// The output of the task for the only row.
	private static String output(String eval, String parameters) throws Exception {
		JsonNode progress = run(eval, parameters, "hello").get(0).json();
		assertThat(progress.path("event").asString()).isEqualTo("json_delta");
		return ReceivedSpan.parse(progress.path("data").asString()).asString();
	}

	private static double score(List<Event> events, String name) {
		return events.get(events.size() - 2).json().path("scores").path(name).path("score").asDouble();
	}

	// 1.1
	@Test
	void listHasTheParametersWithTheirDefaultsAndDescriptions() throws Exception {
		JsonNode parameters = APPLICATION.playground().list().path("echo").path("parameters");
		assertThat(parameters).isEqualTo(ReceivedSpan.parse("""
				{"type":"braintrust.staticParameters","schema":{
				"suffix":{"type":"data","schema":{"type":"string"},"default":"","description":"what is added"},
				"temperature":{"type":"data","schema":{"type":"number"},"default":0.2},
				"options":{"type":"data","schema":{"type":"object"},"default":{"strict":true}},
				"any":{"type":"data","schema":{}},
				"model":{"type":"model","default":"gpt-5-mini","description":"who answers"},
				"judge":{"type":"model"},
				"system":{"type":"prompt","default":{"prompt":{"type":"chat","messages":[]}}}},"source":null}"""));
	}

	// 1.2, 1.3
	@Test
	void evaluationWithoutParametersIsListedBesideThoseThatHaveThem() throws Exception {
		JsonNode list = APPLICATION.playground().list();
		assertThat(list.path("plain").path("parameters").isNull()).isTrue();
		assertThat(list.path("parameters").path("parameters").path("schema").propertyNames()).containsExactly("A", "B");
	}

	// 2.1
	@Test
	void valueOfTheRequestReplacesTheDefault() throws Exception {
		assertThat(output("parameters", "\"parameters\":{\"A\":1,\"B\":[2]},")).isEqualTo("{A=1, B=[2]}");
	}

	// 2.2
	@Test
	void defaultFillsWhatTheRequestDoesNotHave() throws Exception {
		assertThat(output("parameters", "\"parameters\":{\"A\":\"override\"},")).isEqualTo("{A=override, B=b}");
	}

	// 2.3, 2.4
	@ParameterizedTest
	@ValueSource(strings = { "", "\"parameters\":null,", "\"parameters\":{}," })
	void requestWithoutParametersGetsAllDefaults(String parameters) throws Exception {
		assertThat(output("parameters", parameters)).isEqualTo(DEFAULTS);
	}

	// 2.5
	@Test
	void parameterThatIsNotDeclaredIsPassedOn() throws Exception {
		assertThat(output("parameters", "\"parameters\":{\"A\":\"x\",\"C\":\"y\"},")).isEqualTo("{A=x, B=b, C=y}");
	}

	// 3.1, 5.1
	@Test
	void taskReadsTheParametersAndTheEventShowsIt() throws Exception {
		assertThat(output("echo", "\"parameters\":{\"suffix\":\"!\"},")).isEqualTo("hello!");
	}

	// "Prompt parameters are a special case"
	@Test
	void modelsAndPromptsOfTheRequestArePassedOnAsTheyAre() throws Exception {
		assertThat(output("models", "")).isEqualTo("{model=gpt-5-mini, system={prompt={type=chat}}}");
		assertThat(output("models",
				"\"parameters\":{\"model\":\"gpt-5\",\"system\":{\"prompt\":{\"type\":\"chat\",\"messages\":[]}}},"))
			.isEqualTo("{model=gpt-5, system={prompt={type=chat, messages=[]}}}");
	}

	// 3.2
	@Test
	void taskThatReadsNoParametersIsUnaffected() throws Exception {
		assertThat(output("plain", "\"parameters\":{\"suffix\":\"!\"},")).isEqualTo("plain hello");
	}

	// 3.3, 3.4, 3.5
	@Test
	void scorersReadTheParametersOrDoNot() throws Exception {
		List<Event> events = run("parameters", "\"parameters\":{\"threshold\":0.8},", "hello");
		assertThat(score(events, "threshold")).isEqualTo(0.8);
		assertThat(score(events, "blind")).isEqualTo(1);
	}

	// 3.6
	@Test
	void scorerOfBraintrustGetsTheParameters() throws Exception {
		JsonNode function = APPLICATION.braintrust().data().all("function").get(0);
		APPLICATION.braintrust()
			.data()
			.invoking(function.path("slug").asString(),
					(body) -> ReceivedSpan.parse("{\"score\":" + body.at("/input/parameters/threshold") + "}"));
		List<Event> events = run("parameters",
				"\"parameters\":{\"threshold\":0.7},\"scores\":[{\"name\":\"hosted\",\"function_id\":{\"function_id\":\""
						+ function.path("id").asString() + "\"}}],",
				"hello");
		assertThat(score(events, "hosted")).isEqualTo(0.7);
	}

	// 4.1
	@Test
	void evaluationWithoutParametersRuns() throws Exception {
		assertThat(output("plain", "")).isEqualTo("plain hello");
	}

	// 4.2
	@Test
	void taskGetsAnEmptyMapIfThereAreNoParameters() throws Exception {
		assertThat(output("nothing declared", "")).isEqualTo("{}");
	}

	// 5.2
	@Test
	void summaryIsTheSameWithParameters() throws Exception {
		List<Event> without = run("echo", "", "hello");
		List<Event> with = run("echo", "\"parameters\":{\"suffix\":\"\"},", "hello");
		assertThat(with.get(2).json()).isEqualTo(without.get(2).json());
		assertThat(with.get(2).json().propertyNames()).contains("scores", "experimentName", "experimentId",
				"projectId");
	}

	// 6.1
	@ParameterizedTest
	@ValueSource(strings = { "\"not-an-object\"", "[1]", "1", "true" })
	void parametersThatAreNoObjectAreRefused(String parameters) throws Exception {
		HttpResponse<String> response = APPLICATION.playground()
			.send("POST", "eval",
					"{\"name\":\"echo\",\"parameters\":" + parameters + ",\"data\":{\"data\":[{\"input\":\"a\"}]}}");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(ReceivedSpan.parse(response.body()).at("/error/message").asString())
			.isEqualTo("'parameters' is not a JSON object.");
	}

	// 6.2
	@Test
	void parametersOfAnEvaluationThatHasNoneChangeNothing() throws Exception {
		assertThat(output("nothing declared", "\"parameters\":{\"foo\":\"bar\"},")).isEqualTo("{foo=bar}");
	}

	// 7.1
	@Test
	void allRowsGetTheSameParameters() throws Exception {
		String[] inputs = new String[40];
		Arrays.setAll(inputs, String::valueOf);
		List<Event> events = run("parameters", "\"parameters\":{\"A\":\"same\"},", inputs);
		assertThat(events.stream()
			.filter((event) -> event.name().equals("progress") && event.progress().equals("json_delta"))
			.map((event) -> event.json().path("data").asString())).hasSize(40).containsOnly("\"{A=same, B=b}\"");
	}

}
