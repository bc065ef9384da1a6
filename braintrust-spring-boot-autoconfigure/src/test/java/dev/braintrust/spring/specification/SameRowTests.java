package dev.braintrust.spring.specification;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.braintrust.spring.ai.http.ProviderServer;
import dev.braintrust.spring.ai.http.SdkClientFactory;
import dev.braintrust.spring.ai.http.TracedSdkApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a case of OpenAI results in the same row through Spring AI and through a
 * client of the SDK, except for the differences in {@code docs/clients.md}.
 */
class SameRowTests {

	private static final Map<String, String> ANSWERS = Map.of("completions", "chat_completions-834f2f4789ae.json",
			"streaming", "chat_completions-90ff0ffd3a89.txt", "tools", "chat_completions-39f585d9410d.json",
			"attachments", "handmade-attachments.json");

	private static TracedApplication springAi;

	private static TracedSdkApplication sdk;

	@BeforeAll
	static void start() {
		springAi = new TracedApplication();
		sdk = new TracedSdkApplication();
	}

	@AfterAll
	static void stop() {
		springAi.close();
		sdk.close();
	}

	static Stream<Arguments> casesBothWays() {
		return ANSWERS.keySet()
			.stream()
			.sorted()
			.flatMap((test) -> Stream.of(Way.values()).map((way) -> Arguments.of(test, way)));
	}

	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("casesBothWays")
	void rowIsTheSameBothWays(String name, Way way) {
		SpecificationCase test = SpecificationCase.load("openai/" + name + ".yaml");
		JsonNode expected = springAi
			.run(name, new ChatRequest(test.requests().get(0)), way, RecordedAnswer.of(ANSWERS.get(name)))
			.stream()
			.map(LogRow::of)
			.filter((row) -> row.at("/span_attributes/type").asString().equals("llm"))
			.findFirst()
			.orElseThrow();
		// Send Spring AI's request with the SDK.
		JsonNode sent = springAi.lastSent();
		try (ProviderServer server = new ProviderServer()) {
			server.answers(WireAnswer.of(ANSWERS.get(name)).sent(way == Way.STREAM));
			List<JsonNode> rows = sdk
				.run("support", (projects) -> ClientWay.valueOf(way.name())
					.send(projects.instrument("support", SdkClientFactory.openAi(server.url())), test.endpoint(), sent))
				.stream()
				.map(LogRow::of)
				.toList();
			assertThat(rows).hasSize(1);
			assertThat(comparable(rows.get(0))).isEqualTo(comparable(expected));
		}
	}

	// Without times, the keys of uploads, and the origin of the two applications.
	private static JsonNode comparable(JsonNode row) {
		ObjectNode copy = (ObjectNode) LogRow.withoutTimes(row);
		copy.remove(List.of("attributes", "context"));
		for (JsonNode reference : copy.findParents("key")) {
			((ObjectNode) reference).remove("key");
		}
		return copy;
	}

}
