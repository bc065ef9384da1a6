package dev.braintrust.spring.specification;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.braintrust.spring.ai.http.ProviderServer;
import dev.braintrust.spring.ai.http.SdkClientFactory;
import dev.braintrust.spring.ai.http.TracedSdkApplication;
import dev.braintrust.spring.support.ReceivedSpan;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the cases of Braintrust's specification for OpenAI and Anthropic through the
 * clients of their SDKs, against recorded answers: each case in each way, in two
 * projects, inside an application span that must not become a parent.
 */
class ClientCaseTests {

	private static final Map<String, List<String>> ANSWERS = Map.of("openai/completions",
			List.of("chat_completions-834f2f4789ae.json"), "openai/streaming",
			List.of("chat_completions-90ff0ffd3a89.txt"), "openai/tools", List.of("chat_completions-39f585d9410d.json"),
			"openai/attachments", List.of("handmade-attachments.json"), "openai/reasoning",
			List.of("responses-70788f27285d.json", "responses-172a4267f40e.json"), "anthropic/messages",
			List.of("v1_messages-ecd70db36f85.json"), "anthropic/streaming", List.of("v1_messages-fff3634fca99.txt"),
			"anthropic/attachments", List.of("v1_messages-b149de3897b0.json"), "anthropic/prompt_caching_1h",
			List.of("v1_messages-f60cef52b21d.json"), "anthropic/prompt_caching_5m",
			List.of("v1_messages-50aa255b9074.json"));

	private static TracedSdkApplication application;

	private final ProviderServer server = new ProviderServer();

	@BeforeAll
	static void start() {
		application = new TracedSdkApplication();
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	static Stream<Arguments> casesEachWay() {
		return ANSWERS.keySet()
			.stream()
			.sorted()
			.flatMap((test) -> Stream.of(ClientWay.values())
				.flatMap((way) -> Stream.of("support", "billing")
					.map((project) -> Arguments.of(SpecificationCase.load(test + ".yaml"), way, project))));
	}

	@ParameterizedTest(name = "{0} {1} {2}")
	@MethodSource("casesEachWay")
	void spansAreThoseOfTheCase(SpecificationCase test, ClientWay way, String project) {
		List<ReceivedSpan> spans = run(test, way, project);
		List<JsonNode> rows = spans.stream().map(LogRow::of).toList();
		assertThat(rows).hasSameSizeAs(test.expectedSpans());
		List<String> differences = new ArrayList<>();
		for (int i = 0; i < rows.size(); i++) {
			differences.addAll(RowComparison.differences("span[" + i + "]", rows.get(i),
					expected(test.expectedSpans().get(i), way)));
			assertThat(rows.get(i).path("metrics").has("time_to_first_token")).isEqualTo(way.isStream());
		}
		assertThat(differences).as("%s: %s", test, rows).isEmpty();
		assertThat(spans).allSatisfy((span) -> assertThat(span.attributes()).containsEntry("braintrust.parent",
				"project_name:" + (project.equals("support") ? "Support" : "Billing") + " Agent"));
	}

	private List<ReceivedSpan> run(SpecificationCase test, ClientWay way, String project) {
		List<String> files = ANSWERS.get(test.toString());
		List<JsonNode> requests = requests(test, files);
		try (SdkTracerProvider provider = SdkTracerProvider.builder().build()) {
			Span hostile = provider.get("application").spanBuilder("hostile").startSpan();
			return application.run(project, (projects) -> {
				try (Scope ignored = hostile.makeCurrent()) {
					for (int i = 0; i < requests.size(); i++) {
						this.server.answers(WireAnswer.of(files.get(i)).sent(way.isStream()));
						if (test.provider().equals("openai")) {
							way.send(projects.instrument(project, SdkClientFactory.openAi(this.server.url())),
									test.endpoint(), requests.get(i));
						}
						else {
							way.send(projects.instrument(project, SdkClientFactory.anthropic(this.server.url())),
									requests.get(i));
						}
					}
				}
			});
		}
		finally {
			this.server.close();
		}
	}

	// The first answer is a part of the second request.
	private static List<JsonNode> requests(SpecificationCase test, List<String> files) {
		if (files.size() == 1) {
			return test.requests();
		}
		ObjectNode second = (ObjectNode) test.requests().get(1).deepCopy();
		ArrayNode input = JsonMapper.shared().createArrayNode();
		input.addAll((ArrayNode) test.requests().get(0).get("input"));
		input.addAll((ArrayNode) JsonMapper.shared().readTree(WireAnswer.of(files.get(0)).body()).get("output"));
		input.addAll((ArrayNode) second.get("input"));
		second.set("input", input);
		return List.of(test.requests().get(0), second);
	}

	// Adapt the expectation, because a case also runs in other ways: a call has no time
	// to the first token, and Anthropic's streams have another name.
	private static Object expected(Object expected, ClientWay way) {
		if (expected instanceof List<?> elements) {
			return elements.stream().map((element) -> expected(element, way)).toList();
		}
		if (!(expected instanceof Map<?, ?> fields)) {
			return expected;
		}
		Map<Object, Object> copy = new LinkedHashMap<>();
		fields.forEach((name, value) -> copy.put(name, expected(value, way)));
		if (!way.isStream()) {
			copy.remove("time_to_first_token");
		}
		if (copy.get("name") instanceof String name && name.startsWith("anthropic.messages.")) {
			copy.put("name", way.isStream() ? "anthropic.messages.stream" : "anthropic.messages.create");
		}
		return copy;
	}

}
