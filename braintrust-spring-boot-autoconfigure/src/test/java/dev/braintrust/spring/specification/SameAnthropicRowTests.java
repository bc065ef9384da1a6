package dev.braintrust.spring.specification;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.anthropic.client.AnthropicClient;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ai.http.ProviderServer;
import dev.braintrust.spring.ai.http.SdkClientFactory;
import dev.braintrust.spring.ai.http.TracedSdkApplication;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.ai.anthropic.AnthropicChatModel;
import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.chat.client.ChatClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a case of Anthropic results in the same row through Spring AI and through a
 * client of the SDK, except for the differences in {@code docs/clients.md}: the form of
 * the messages, the name of a stream, and the split of a stream's cache tokens.
 */
class SameAnthropicRowTests {

	private static final Map<String, String> ANSWERS = Map.of("messages", "v1_messages-ecd70db36f85.json", "streaming",
			"v1_messages-fff3634fca99.txt", "prompt_caching_1h", "v1_messages-f60cef52b21d.json", "prompt_caching_5m",
			"v1_messages-50aa255b9074.json");

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

	@AfterEach
	void close() {
		this.server.close();
	}

	static Stream<Arguments> casesBothWays() {
		return ANSWERS.keySet()
			.stream()
			.sorted()
			.flatMap((test) -> Stream.of(ClientWay.CALL, ClientWay.STREAM).map((way) -> Arguments.of(test, way)));
	}

	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("casesBothWays")
	void rowIsTheSameBothWays(String name, ClientWay way) {
		JsonNode request = SpecificationCase.load("anthropic/" + name + ".yaml").requests().get(0);
		ProviderServer.Answer answer = WireAnswer.of(ANSWERS.get(name)).sent(way.isStream());
		this.server.answers(answer, answer);
		JsonNode bySpringAi = row((projects) -> ask(projects, request, way));
		// Send Spring AI's request with the SDK.
		JsonNode sent = JsonMapper.shared().readTree(this.server.requests().get(0).body());
		JsonNode bySdk = row((projects) -> way
			.send(projects.instrument("support", SdkClientFactory.anthropic(this.server.url())), sent));
		assertThat(this.server.requests()).hasSize(2);
		assertThat(comparable(bySdk, way)).isEqualTo(comparable(bySpringAi, way));
		assertThat(texts(bySdk.get("input"))).isEqualTo(texts(bySpringAi.get("input"))).isNotEmpty();
		assertThat(texts(bySdk.get("output"))).isEqualTo(texts(bySpringAi.get("output"))).isNotEmpty();
	}

	private JsonNode row(Consumer<BraintrustProjects> work) {
		List<ReceivedSpan> spans = application.run("support", work)
			.stream()
			.filter((span) -> span.type().equals("llm"))
			.toList();
		assertThat(spans).hasSize(1);
		return LogRow.of(spans.get(0));
	}

	private void ask(BraintrustProjects projects, JsonNode request, ClientWay way) {
		AnthropicClient client = SdkClientFactory.anthropic(this.server.url());
		AnthropicChatOptions.Builder options = new AnthropicChatOptions.Builder();
		options.model(request.get("model").asString());
		options.maxTokens(request.get("max_tokens").asInt());
		if (request.has("temperature")) {
			options.temperature(request.get("temperature").asDouble());
		}
		ChatClient chat = projects.instrument("support",
				ChatClient.create(AnthropicChatModel.builder()
					.anthropicClient(client)
					.anthropicClientAsync(client.async())
					.options(options.build())
					.build()));
		ChatClient.ChatClientRequestSpec prompt = chat.prompt();
		if (request.has("system")) {
			prompt.system((system) -> system.text("{text}").param("text", text(request.get("system"))));
		}
		prompt.user((user) -> user.text("{text}").param("text", text(request.at("/messages/0/content"))));
		if (way.isStream()) {
			prompt.stream().content().blockLast();
		}
		else {
			prompt.call().content();
		}
	}

	private static JsonNode comparable(JsonNode row, ClientWay way) {
		ObjectNode copy = (ObjectNode) LogRow.withoutTimes(row);
		copy.remove(List.of("attributes", "context", "input", "output"));
		if (way.isStream()) {
			((ObjectNode) copy.get("span_attributes")).remove("name");
			ObjectNode metrics = (ObjectNode) copy.get("metrics");
			long created = metrics.path("prompt_cache_creation_tokens").asLong(0)
					+ metrics.path("prompt_cache_creation_5m_tokens").asLong(0)
					+ metrics.path("prompt_cache_creation_1h_tokens").asLong(0);
			metrics.remove(List.of("prompt_cache_creation_tokens", "prompt_cache_creation_5m_tokens",
					"prompt_cache_creation_1h_tokens"));
			metrics.put("created", created);
		}
		return copy;
	}

	// The texts of a row's messages by role, in either form.
	private static Map<String, String> texts(JsonNode messages) {
		Map<String, String> texts = new TreeMap<>();
		List<JsonNode> all = messages.isArray() ? messages.valueStream().toList() : List.of(messages);
		for (JsonNode message : all) {
			JsonNode inner = message.has("message") ? message.get("message") : message;
			texts.merge(inner.path("role").asString(), text(inner.get("content")), (first, second) -> first + second);
		}
		return texts;
	}

	private static String text(JsonNode content) {
		return content.isString() ? content.asString()
				: content.valueStream().map((block) -> block.path("text").asString("")).collect(Collectors.joining());
	}

}
