package dev.braintrust.spring.specification;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the cases of Braintrust's specification for OpenAI, each as a call and as a
 * stream, against recorded answers of OpenAI's endpoint.
 */
class SpecificationCaseTests {

	private static final Map<String, String> ANSWERS = Map.of("completions", "chat_completions-834f2f4789ae.json",
			"streaming", "chat_completions-90ff0ffd3a89.txt", "tools", "chat_completions-39f585d9410d.json",
			"attachments", "handmade-attachments.json");

	private static TracedApplication application;

	@BeforeAll
	static void start() {
		application = new TracedApplication();
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	static Stream<SpecificationCase> cases() {
		return Stream.of("completions", "streaming", "tools", "attachments")
			.map((name) -> SpecificationCase.load("openai/" + name + ".yaml"));
	}

	static Stream<Arguments> casesBothWays() {
		return cases().flatMap((test) -> Stream.of(Way.values()).map((way) -> Arguments.of(test, way)));
	}

	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("casesBothWays")
	void spansAreThoseOfTheCase(SpecificationCase test, Way way) {
		assertThat(test.endpoint()).isEqualTo("/v1/chat/completions");
		List<JsonNode> rows = run(test, way);
		assertThat(rows).hasSameSizeAs(test.expectedSpans());
		List<String> differences = new ArrayList<>();
		for (int i = 0; i < rows.size(); i++) {
			differences.addAll(RowComparison.differences("span[" + i + "]", rows.get(i),
					expected(test.expectedSpans().get(i), way)));
			differences.addAll(GuideRules.violations(rows.get(i), way));
		}
		assertThat(differences).as("%s: %s", test, rows).isEmpty();
	}

	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("casesBothWays")
	void whatIsRecordedIsWhatWasSent(SpecificationCase test, Way way) {
		JsonNode row = run(test, way).get(0);
		JsonNode sent = application.lastSent();
		assertThat(ChatRequest.sent(sent)).isEqualTo(new ChatRequest(test.requests().get(0)).expectedBody(way));
		assertThat(application.uploads().inlined(row.get("input"))).isEqualTo(sent.get("messages"));
		for (String parameter : List.of("temperature", "max_tokens")) {
			assertThat(row.at("/metadata/" + parameter)).isEqualTo(sent.path(parameter));
		}
		assertThat(row.at("/metadata/tools").size()).isEqualTo(sent.path("tools").size());
		for (int i = 0; i < sent.path("tools").size(); i++) {
			assertThat(row.at("/metadata/tools/" + i + "/function/parameters"))
				.isEqualTo(sent.at("/tools/" + i + "/function/parameters"));
		}
	}

	@ParameterizedTest
	@MethodSource("cases")
	void callAndStreamGiveTheSameSpans(SpecificationCase test) {
		assertThat(run(test, Way.STREAM)).extracting(LogRow::withoutTimes)
			.isEqualTo(run(test, Way.CALL).stream().map(LogRow::withoutTimes).toList());
	}

	@ParameterizedTest
	@EnumSource(Way.class)
	void toolThatIsExecutedIsASpanBetweenTheCallsOfTheModel(Way way) {
		SpecificationCase test = SpecificationCase.load("openai/tools.yaml");
		List<ReceivedSpan> spans = application.runWithTools("tools", new ChatRequest(test.requests().get(0)), way,
				RecordedAnswer.of(ANSWERS.get("tools")), RecordedAnswer.of("chat_completions-f990f1e6ee26.json"));
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "get_weather", "Chat Completion", "supportChat");
		assertThat(spans.subList(0, 3)).allMatch((span) -> span.isChildOf(spans.get(3)))
			.isSortedAccordingTo(Comparator.comparingLong(ReceivedSpan::start));
		List<JsonNode> rows = spans.stream().map(LogRow::of).toList();
		assertThat(rows).allSatisfy((row) -> assertThat(GuideRules.violations(row, way)).isEmpty());
		assertThat(RowComparison.differences("span[0]", rows.get(0), test.expectedSpans().get(0))).isEmpty();
		assertThat(rows.get(1).at("/input/location").asString()).isEqualTo("Paris, France");
		assertThat(rows.get(1).get("output").toString()).isEqualTo(RecordedTool.RESULT);
		assertThat(rows.get(2).at("/input/1/tool_calls")).isEqualTo(rows.get(0).at("/output/0/message/tool_calls"));
		assertThat(rows.get(2).at("/input/2/tool_call_id"))
			.isEqualTo(rows.get(0).at("/output/0/message/tool_calls/0/id"));
		assertThat(rows.get(2).at("/input/2/content").asString()).isEqualTo(RecordedTool.RESULT);
		assertThat(rows.get(2).at("/metadata/tools")).isEqualTo(rows.get(0).at("/metadata/tools"));
		assertThat(rows.get(3).at("/metrics/tokens").asInt())
			.isEqualTo(rows.get(0).at("/metrics/tokens").asInt() + rows.get(2).at("/metrics/tokens").asInt())
			.isEqualTo(101 + 188);
	}

	private static List<JsonNode> run(SpecificationCase test, Way way) {
		assertThat(test.requests()).hasSize(1);
		return application
			.run(test.name(), new ChatRequest(test.requests().get(0)), way, RecordedAnswer.of(ANSWERS.get(test.name())))
			.stream()
			.map(LogRow::of)
			.filter((row) -> row.at("/span_attributes/type").asString().equals("llm"))
			.toList();
	}

	// Adapt the expectation, because a case also runs the other way: a call has no time
	// to the first token.
	private static Object expected(Object expected, Way way) {
		if (expected instanceof List<?> elements) {
			return elements.stream().map((element) -> expected(element, way)).toList();
		}
		if (!(expected instanceof Map<?, ?> fields)) {
			return expected;
		}
		Map<Object, Object> copy = new LinkedHashMap<>();
		fields.forEach((name, value) -> copy.put(name, expected(value, way)));
		if (way == Way.CALL) {
			copy.remove("time_to_first_token");
		}
		return copy;
	}

}
