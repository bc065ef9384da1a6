package dev.braintrust.spring.ai.chat;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.BraintrustPrompt;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.support.ModelServer;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.support.ScriptedModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.ai.anthropic.AnthropicChatModel;
import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.chat.client.AdvisorParams;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the content of llm spans with Spring AI's own models, from the bytes of the
 * provider's answer to the bytes that Braintrust receives.
 */
class ChatContentTests {

	private static final String OPENAI_USAGE = """
			"usage": {"prompt_tokens": 20, "completion_tokens": 50, "total_tokens": 70, "prompt_tokens_details": \
			{"cached_tokens": 8, "audio_tokens": 0}, "completion_tokens_details": {"reasoning_tokens": 40, \
			"audio_tokens": 0}}""";

	private static final String ANTHROPIC_USAGE = """
			{"input_tokens": 58, "output_tokens": 42, "cache_read_input_tokens": 10, "cache_creation_input_tokens": 30, \
			"cache_creation": {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 10}}""";

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ModelServer model = new ModelServer();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class))
		.withBean(ModelServer.class, () -> this.model)
		.withUserConfiguration(Clients.class)
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent");

	@AfterEach
	void close() {
		this.receiver.close();
		this.model.close();
	}

	@Test
	void reasoningAndUsageOfOpenAisModel() {
		this.model.answers(200, "application/json", completion("""
				{"index": 0, "finish_reason": "stop", "logprobs": null, "message": {"role": "assistant", \
				"content": "18", "refusal": null, "reasoning_content": "Let me see."}}"""));
		this.model.answers(200, "text/event-stream",
				chunk("{\"role\": \"assistant\", \"content\": \"\", \"reasoning_content\": \"Let me \"}", "null")
						+ chunk("{\"reasoning_content\": \"see.\"}", "null") + chunk("{\"content\": \"1\"}", "null")
						+ chunk("{\"content\": \"8\"}", "null") + chunk("{}", "\"stop\"") + lastChunk());
		run("openAi", (chat) -> {
			chat.prompt("How warm?").call().content();
			chat.prompt("How warm?").stream().content().blockLast();
		});
		for (ReceivedSpan span : modelSpans(4)) {
			assertThat(span.output().toString()).isEqualTo("""
					[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"18",\
					"reasoning":[{"content":"Let me see."}]}}]""");
			Map<String, Integer> expected = Map.of("prompt_tokens", 20, "completion_tokens", 50, "tokens", 70,
					"prompt_cached_tokens", 8, "prompt_audio_tokens", 0, "completion_reasoning_tokens", 40,
					"completion_audio_tokens", 0);
			expected
				.forEach((name, count) -> assertThat(span.metrics().path(name).asInt(-1)).as(name).isEqualTo(count));
			assertThat(span.metrics().propertyNames()).filteredOn((name) -> !name.equals("time_to_first_token"))
				.containsExactlyInAnyOrderElementsOf(expected.keySet());
		}
	}

	@Test
	void severalChoicesAndARefusal() {
		this.model.answers(200, "application/json", completion("""
				{"index": 0, "finish_reason": "stop", "logprobs": null, "message": {"role": "assistant", \
				"content": "yes", "refusal": null}},
				{"index": 1, "finish_reason": "content_filter", "logprobs": null, "message": {"role": "assistant", \
				"content": null, "refusal": "I can't."}}"""));
		this.model.answers(200, "text/event-stream",
				chunk(1, "{\"role\": \"assistant\", \"refusal\": \"I \"}", "null")
						+ chunk(0, "{\"role\": \"assistant\", \"content\": \"y\"}", "null")
						+ chunk(1, "{\"refusal\": \"can't.\"}", "null") + chunk(0, "{\"content\": \"es\"}", "null")
						+ chunk(0, "{}", "\"stop\"") + chunk(1, "{}", "\"content_filter\"") + lastChunk());
		run("openAi", (chat) -> {
			chat.prompt("May I?").call().content();
			chat.prompt("May I?").stream().chatResponse().blockLast();
		});
		assertThat(modelSpans(4)).allSatisfy((span) -> assertThat(span.output().toString()).isEqualTo("""
				[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"yes"}},\
				{"index":1,"finish_reason":"content_filter","message":{"role":"assistant","content":null,\
				"refusal":"I can't."}}]"""));
	}

	@Test
	void parametersAreThoseThatGoOut() {
		this.model.says("18");
		run("openAi",
				(chat) -> chat.prompt("Weather?")
					.tools(new Weather())
					.options(OpenAiChatOptions.builder()
						.temperature(0.5)
						.maxCompletionTokens(300)
						.stop(List.of("END"))
						.toolChoice("auto")
						.parallelToolCalls(true))
					.call()
					.content());
		JsonNode sent = this.model.requests().get(0);
		JsonNode metadata = modelSpans(2).get(0).metadata();
		assertThat(metadata.propertyNames()).containsExactlyInAnyOrder("provider", "model", "temperature", "top_p",
				"max_tokens", "stop", "tools", "tool_choice", "parallel_tool_calls");
		assertThat(metadata.path("provider").asString()).isEqualTo("openai");
		assertThat(metadata.path("temperature")).isEqualTo(sent.path("temperature"));
		assertThat(metadata.path("top_p")).isEqualTo(sent.path("top_p"));
		assertThat(metadata.path("max_tokens")).isEqualTo(sent.path("max_completion_tokens"));
		assertThat(metadata.path("stop").get(0)).isEqualTo(sent.path("stop"));
		assertThat(metadata.path("tools")).isEqualTo(sent.path("tools"));
		assertThat(metadata.path("tool_choice")).isEqualTo(sent.path("tool_choice"));
		assertThat(metadata.path("parallel_tool_calls")).isEqualTo(sent.path("parallel_tool_calls"));
	}

	@Test
	void nativeStructuredOutputIsTheFormatThatGoesOut() {
		this.model.says("{\\\"degrees\\\": 18}");
		run("openAi",
				(chat) -> assertThat(chat.prompt("Weather?")
					.advisors(AdvisorParams.ENABLE_NATIVE_STRUCTURED_OUTPUT)
					.call()
					.entity(Degrees.class)).isEqualTo(new Degrees(18)));
		JsonNode sent = this.model.requests().get(0).path("response_format");
		assertThat(sent.path("type").asString()).isEqualTo("json_schema");
		assertThat(modelSpans(2).get(0).metadata().path("response_format")).isEqualTo(sent);
	}

	@Test
	void promptOfBraintrustIsOnEachModelCallAndNotOnTheWire() {
		this.model.callsTool("call_1", "weather", "{}").says("18");
		BraintrustPrompt prompt = new BraintrustPrompt("prompt-id", "prompt-project", "17",
				Map.of("city", "Secretville"));
		run("openAi",
				(chat) -> chat.prompt("Weather?")
					.tools(new Weather())
					.advisors((advisors) -> advisors.param(BraintrustPrompt.PARAM, prompt))
					.call()
					.content());
		List<ReceivedSpan> spans = this.receiver.awaitSpans(4);
		assertThat(spans).filteredOn((span) -> span.type().equals("llm"))
			.hasSize(2)
			.allSatisfy((span) -> assertThat(span.metadata().path("prompt").toString()).isEqualTo("""
					{"id":"prompt-id","project_id":"prompt-project","version":"17",\
					"variables":{"city":"Secretville"}}"""));
		assertThat(spans).filteredOn((span) -> !span.type().equals("llm"))
			.allSatisfy((span) -> assertThat(span.toString()).doesNotContain("Secretville"));
		assertThat(this.model.requests()).hasSize(2).noneMatch((request) -> request.toString().contains("Secretville"));
	}

	@Test
	void otherMetadataDoesNotReplaceThePromptOfBraintrust() {
		BraintrustPrompt prompt = new BraintrustPrompt("prompt-id", "prompt-project", "17", Map.of());
		run("meddling", (chat) -> {
			chat.prompt("Weather?").call().content();
			chat.prompt("Weather?")
				.advisors((advisors) -> advisors.param(BraintrustPrompt.PARAM, prompt))
				.call()
				.content();
		});
		assertThat(modelSpans(4)).extracting((span) -> span.metadata().path("prompt").toString())
			.containsExactly("\"mine\"", """
					{"id":"prompt-id","project_id":"prompt-project","version":"17","variables":{}}""");
	}

	@Test
	void answerOfAnthropicsModelIsOneChoice() {
		this.model.answers(200, "application/json", """
				{"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5-20250929", \
				"content": [{"type": "thinking", "thinking": "Let me see.", "signature": "c2ln"}, \
				{"type": "text", "text": "I look."}, \
				{"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Paris"}}], \
				"stop_reason": "tool_use", "stop_sequence": null, "usage": %s}""".formatted(ANTHROPIC_USAGE));
		this.model.answers(200, "application/json", anthropicText("18"));
		run("anthropic", (chat) -> chat.prompt("Weather?").tools(new Weather()).call().content());
		List<ReceivedSpan> spans = modelSpans(4);
		assertThat(spans).extracting(ReceivedSpan::name).containsOnly("anthropic.messages.create");
		ReceivedSpan first = spans.get(0);
		assertThat(first.output().size()).isEqualTo(1);
		assertThat(first.output().at("/0/finish_reason").asString()).isEqualTo("tool_calls");
		assertThat(first.output().at("/0/message/content").asString()).isEqualTo("I look.");
		assertThat(first.output().at("/0/message/reasoning/0/content").asString()).isEqualTo("Let me see.");
		assertThat(first.output().at("/0/message/tool_calls/0/id").asString()).isEqualTo("toolu_1");
		assertThat(spans.get(1).input().at("/1/reasoning/0/content").asString()).isEqualTo("Let me see.");
		assertThat(first.metrics().toString()).isEqualTo("""
				{"prompt_tokens":98,"completion_tokens":42,"tokens":140,"prompt_cached_tokens":10,\
				"prompt_cache_creation_5m_tokens":20,"prompt_cache_creation_1h_tokens":10}""");
		assertThat(first.metadata().path("provider").asString()).isEqualTo("anthropic");
		assertThat(first.metadata().path("model").asString()).isEqualTo("claude-sonnet-4-5-20250929");
		assertThat(first.metadata().at("/tools/0/function").has("strict")).isFalse();
	}

	@Test
	void streamOfAnthropicsModelGivesTheSame() {
		this.model.answers(200, "text/event-stream", event("message_start", """
				{"type": "message_start", "message": {"id": "msg_1", "type": "message", "role": "assistant", \
				"model": "claude-sonnet-4-5-20250929", "content": [], "stop_reason": null, "stop_sequence": null, \
				"usage": %s}}""".formatted(ANTHROPIC_USAGE))
				+ block(0, "{\"type\": \"thinking\", \"thinking\": \"\", " + "\"signature\": \"\"}",
						"{\"type\": \"thinking_delta\", \"thinking\": \"Let me \"}",
						"{\"type\": \"thinking_delta\", \"thinking\": \"see.\"}",
						"{\"type\": \"signature_delta\", \"signature\": \"c2ln\"}")
				+ block(1, "{\"type\": \"text\", \"text\": \"\"}", "{\"type\": \"text_delta\", \"text\": \"It is \"}",
						"{\"type\": \"text_delta\", \"text\": \"18.\"}")
				+ event("message_delta", """
						{"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": null}, \
						"usage": {"output_tokens": 42, "cache_read_input_tokens": 10, \
						"cache_creation_input_tokens": 30}}""")
				+ event("message_stop", "{\"type\": \"message_stop\"}"));
		run("anthropic", (chat) -> chat.prompt("How warm?").stream().content().blockLast());
		ReceivedSpan span = modelSpans(2).get(0);
		assertThat(span.output().toString()).isEqualTo("""
				[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"It is 18.",\
				"reasoning":[{"content":"Let me see."}]}}]""");
		assertThat(span.metrics().path("prompt_tokens").asInt()).isEqualTo(98);
		assertThat(span.metrics().path("tokens").asInt()).isEqualTo(140);
		assertThat(span.metrics().path("prompt_cache_creation_tokens").asInt()).isEqualTo(30);
		assertThat(span.metrics().has("prompt_cache_creation_5m_tokens")).isFalse();
		assertThat(span.metrics().path("time_to_first_token").asDouble()).isPositive();
	}

	private void run(String client, Consumer<ChatClient> use) {
		this.runner.run((context) -> use.accept(context.getBean(client, ChatClient.class)));
	}

	private List<ReceivedSpan> modelSpans(int count) {
		return this.receiver.awaitSpans(count).stream().filter((span) -> span.type().equals("llm")).toList();
	}

	private static String completion(String choices) {
		return """
				{"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini-2024-07-18", \
				"choices": [%s], %s}""".formatted(choices, OPENAI_USAGE);
	}

	private static String chunk(String delta, String finishReason) {
		return chunk(0, delta, finishReason);
	}

	private static String chunk(int index, String delta, String finishReason) {
		return """
				data: {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, \
				"model": "gpt-4o-mini-2024-07-18", "choices": [{"index": %s, "delta": %s, "finish_reason": %s}]}

				""".formatted(index, delta, finishReason);
	}

	private static String lastChunk() {
		return """
				data: {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, \
				"model": "gpt-4o-mini-2024-07-18", "choices": [], %s}

				data: [DONE]

				""".formatted(OPENAI_USAGE);
	}

	private static String anthropicText(String text) {
		return """
				{"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5-20250929", \
				"content": [{"type": "text", "text": "%s"}], "stop_reason": "end_turn", "stop_sequence": null, \
				"usage": %s}""".formatted(text, ANTHROPIC_USAGE);
	}

	private static String block(int index, String start, String... deltas) {
		StringBuilder events = new StringBuilder(event("content_block_start",
				"{\"type\": \"content_block_start\", \"index\": " + index + ", \"content_block\": " + start + "}"));
		for (String delta : deltas) {
			events.append(event("content_block_delta",
					"{\"type\": \"content_block_delta\", \"index\": " + index + ", \"delta\": " + delta + "}"));
		}
		return events
			.append(event("content_block_stop", "{\"type\": \"content_block_stop\", \"index\": " + index + "}"))
			.toString();
	}

	private static String event(String name, String data) {
		return "event: " + name + "\ndata: " + data + "\n\n";
	}

	record Degrees(int degrees) {
	}

	static class Weather {

		@Tool(name = "weather", description = "The weather")
		int weather() {
			return 18;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Clients {

		@Bean
		@BraintrustProject("support")
		ChatClient openAi(ModelServer server) {
			return ChatClient.create(OpenAiChatModel.builder()
				.options(OpenAiChatOptions.builder()
					.baseUrl(server.url())
					.apiKey("sk-model")
					.model("gpt-4o-mini")
					.topP(0.9)
					.build())
				.build());
		}

		@Bean
		@BraintrustProject("support")
		ChatClient meddling(ObjectProvider<BraintrustProjects> projects) {
			return ChatClient.create((prompt) -> {
				projects.getObject().tracer("support").currentSpan().metadata("prompt", "mine");
				return ScriptedModel.response(AssistantMessage.builder().content("18"));
			});
		}

		@Bean
		@BraintrustProject("support")
		ChatClient anthropic(ModelServer server) {
			return ChatClient.create(AnthropicChatModel.builder()
				.options(AnthropicChatOptions.builder()
					.baseUrl(server.url())
					.apiKey("sk-model")
					.model("claude-sonnet-4-5")
					.maxTokens(100)
					.build())
				.build());
		}

	}

}
