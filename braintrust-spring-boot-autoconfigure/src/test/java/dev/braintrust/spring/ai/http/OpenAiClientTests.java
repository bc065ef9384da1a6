package dev.braintrust.spring.ai.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionNamedToolChoice;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import dev.braintrust.spring.ai.http.ProviderServer.Answer;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of the spans of an OpenAI SDK client.
 */
class OpenAiClientTests {

	private static final String ANSWER = """
			{"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini-2024-07-18",
			"choices": [{"index": 0, "message": {"role": "assistant", "content": "Paris.", "refusal": null},
			"logprobs": null, "finish_reason": "stop"}],
			"usage": {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25,
			"prompt_tokens_details": {"cached_tokens": 8}}}""";

	private static final String EVENTS = """
			data: {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o-mini", \
			"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Par"}, "finish_reason": null}]}

			data: {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o-mini", \
			"choices": [{"index": 0, "delta": {"content": "is."}, "finish_reason": "stop"}]}

			data: [DONE]

			""";

	private static final String PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIA"
			+ "X8jx0gAAAABJRU5ErkJggg==";

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

	private OpenAIClient client() {
		return application.projects().instrument("support", SdkClientFactory.openAi(this.server.url()));
	}

	private static ChatCompletionCreateParams question() {
		return ChatCompletionCreateParams.builder()
			.model("gpt-4o-mini")
			.temperature(0.5)
			.addSystemMessage("Be brief.")
			.addUserMessage("What is the capital of France?")
			.build();
	}

	private List<ReceivedSpan> ask(Answer... answers) {
		this.server.answers(answers);
		return application.run("support",
				(projects) -> catchThrowable(() -> client().chat().completions().create(question())));
	}

	private List<ReceivedSpan> stream(boolean whole, Answer... answers) {
		this.server.answers(answers);
		return application.run("support", (projects) -> catchThrowable(() -> {
			try (var stream = client().chat().completions().createStreaming(question())) {
				stream.stream().limit(whole ? Long.MAX_VALUE : 1).forEach((chunk) -> {
				});
			}
		}));
	}

	@Test
	void callIsASpan() {
		this.server.answers(Answer.json(200, ANSWER));
		List<ReceivedSpan> spans = application.run("support", (projects) -> {
			ChatCompletion answer = client().chat().completions().create(question());
			assertThat(answer.choices().get(0).message().content()).contains("Paris.");
		});
		assertThat(spans).hasSize(1);
		assertThat(spans.get(0).json("braintrust.metadata"))
			.hasToString("{\"provider\":\"openai\",\"model\":\"gpt-4o-mini-2024-07-18\",\"temperature\":0.5}");
		assertThat(spans.get(0).json("braintrust.metrics"))
			.hasToString("{\"prompt_tokens\":20,\"completion_tokens\":5,\"tokens\":25,\"prompt_cached_tokens\":8}");
	}

	@Test
	void requestThatIsRefusedHasTheErrorOfTheProvider() {
		List<ReceivedSpan> spans = ask(Answer.json(400, "{\"error\": {\"message\": \"no such model\"}}"));
		assertThat(spans).hasSize(1);
		assertThat(spans.get(0).error()).isTrue();
		assertThat(spans.get(0).statusMessage()).isEqualTo("400: no such model");
		assertThat(spans.get(0).json("braintrust.metadata").path("model").asString()).isEqualTo("gpt-4o-mini");
		assertThat(spans.get(0).has("braintrust.output_json")).isFalse();
	}

	@Test
	void eachAttemptIsASpan() {
		List<ReceivedSpan> spans = ask(Answer.json(429, "{\"error\": {\"message\": \"slow down\"}}"),
				Answer.json(200, ANSWER));
		assertThat(spans).extracting(ReceivedSpan::error).containsExactly(true, false);
		assertThat(this.server.requests()).hasSize(2);
	}

	@Test
	void failureOfTheNetworkIsTheErrorOfTheSpan() {
		List<ReceivedSpan> spans = ask(Answer.none(), Answer.none(), Answer.none());
		assertThat(spans).hasSize(3).allSatisfy((span) -> assertThat(span.statusMessage()).isEqualTo("Request failed"));
	}

	@Test
	void streamThatIsClosedEndsWithWhatCame() {
		List<ReceivedSpan> spans = stream(false, Answer.events(EVENTS));
		assertThat(spans).hasSize(1);
		assertThat(spans.get(0).error()).isFalse();
		assertThat(spans.get(0).json("braintrust.output_json").at("/0/message/content").asString()).startsWith("Par");
	}

	@Test
	void streamThatIsCutOffHasAnErrorAndWhatCame() {
		List<ReceivedSpan> spans = stream(true, Answer.events(EVENTS.replace("data: [DONE]\n\n", "")).isCutOff());
		assertThat(spans).hasSize(1);
		assertThat(spans.get(0).error()).isTrue();
		assertThat(spans.get(0).json("braintrust.output_json").at("/0/message/content").asString()).isEqualTo("Paris.");
	}

	@Test
	void errorInAStreamIsTheErrorOfTheSpan() {
		List<ReceivedSpan> spans = stream(true,
				Answer.events("data: {\"error\": {\"message\": \"out of words\"}}\n\n"));
		assertThat(spans).hasSize(1);
		assertThat(spans.get(0).error()).isTrue();
		assertThat(spans.get(0).statusMessage()).isEqualTo("out of words");
	}

	@Test
	void answerThatIsNoJsonSaysNothing() {
		List<ReceivedSpan> spans = ask(Answer.json(200, "no JSON"));
		assertThat(spans).hasSize(1);
		assertThat(spans.get(0).error()).isFalse();
		assertThat(spans.get(0).has("braintrust.input_json")).isTrue();
		assertThat(spans.get(0).has("braintrust.output_json")).isFalse();
	}

	@Test
	void answerThatIsTooLargeIsANote() {
		String answer = ANSWER.replace("Paris.", "x".repeat(17 * 1024 * 1024));
		List<ReceivedSpan> spans = ask(Answer.json(200, answer));
		assertThat(spans.get(0).json("braintrust.output_json").asString())
			.isEqualTo("[not recorded: " + answer.length() + " bytes of JSON]");
	}

	@Test
	void streamThatIsTooLargeSaysWhatIsMissing() {
		String delta = EVENTS.substring(0, EVENTS.indexOf("\n\n") + 2);
		String filler = ": " + "x".repeat(17 * 1024 * 1024) + "\n\n";
		List<ReceivedSpan> spans = stream(true, Answer.events(delta + filler + "data: [DONE]\n\n"));
		assertThat(spans).hasSize(1);
		assertThat(spans.get(0).json("braintrust.metadata").path("truncated").asString())
			.matches("\\[not recorded: \\d{7} more bytes of the stream]");
	}

	@Test
	void asynchronousCallIsBelowWhatWasCurrentWhenItWasMade() {
		this.server.answers(Answer.json(200, ANSWER));
		List<CompletableFuture<ChatCompletion>> answers = new ArrayList<>();
		List<ReceivedSpan> spans = application.run("support", (projects) -> {
			projects.tracer("support")
				.taskSpan("step")
				.run((span) -> answers.add(client().async().chat().completions().create(question())));
			answers.get(0).join();
		});
		assertThat(spans).extracting(ReceivedSpan::name).containsExactlyInAnyOrder("step", "Chat Completion");
		ReceivedSpan step = spans.stream().filter((span) -> span.name().equals("step")).findFirst().orElseThrow();
		assertThat(spans).filteredOn((span) -> span.name().equals("Chat Completion"))
			.allMatch((span) -> span.isChildOf(step));
	}

	@Test
	void embeddingHasItsTokensAlone() {
		this.server.answers(Answer.json(200, """
				{"object": "list", "model": "text-embedding-3-small", "data": [{"object": "embedding", "index": 0,
				"embedding": [0.1, 0.2]}], "usage": {"prompt_tokens": 7, "total_tokens": 7}}"""));
		List<ReceivedSpan> spans = application.run("support", (projects) -> client().embeddings()
			.create(EmbeddingCreateParams.builder().model("text-embedding-3-small").input("What?").build()));
		assertThat(spans).extracting(ReceivedSpan::name).containsExactly("Embedding");
		assertThat(spans.get(0).json("braintrust.metrics")).hasToString("{\"prompt_tokens\":7,\"tokens\":7}");
		assertThat(spans.get(0).has("braintrust.input_json")).isFalse();
		assertThat(spans.get(0).has("braintrust.output_json")).isFalse();
	}

	@Test
	void toolsAndTheirChoiceAreMetadata() {
		this.server.answers(Answer.json(200, ANSWER));
		List<ReceivedSpan> spans = application.run("support",
				(projects) -> client().chat()
					.completions()
					.create(ChatCompletionCreateParams.builder()
						.model("gpt-4o-mini")
						.addUserMessage("What is the weather?")
						.addFunctionTool(FunctionDefinition.builder()
							.name("get_weather")
							.parameters(FunctionParameters.builder()
								.putAdditionalProperty("type", JsonValue.from("object"))
								.build())
							.strict(true)
							.build())
						.toolChoice(ChatCompletionNamedToolChoice.builder()
							.function(ChatCompletionNamedToolChoice.Function.builder().name("get_weather").build())
							.build())
						.build()));
		assertThat(spans.get(0).json("braintrust.metadata").get("tools")).hasToString("[{\"type\":\"function\","
				+ "\"function\":{\"name\":\"get_weather\",\"parameters\":{\"type\":\"object\"},\"strict\":true}}]");
		assertThat(spans.get(0).json("braintrust.metadata").at("/tool_choice/function/name").asString())
			.isEqualTo("get_weather");
	}

	@Test
	void secretsInToolsOfTheProviderAreNotRecorded() {
		this.server.answers(Answer.json(200, ANSWER));
		List<ReceivedSpan> spans = application.run("support", (projects) -> catchThrowable(() -> client().responses()
			.create(ResponseCreateParams.builder()
				.model("gpt-4o")
				.input("hi")
				.putAdditionalBodyProperty("tools", JsonValue.from(List.of(
						Map.of("type", "mcp", "server_label", "orders", "server_url",
								"https://me:s3cret@mcp.example.com/sse?api_key=s3cret", "authorization", "s3cret",
								"headers", Map.of("X-Api-Key", "s3cret")),
						Map.of("type", "code_interpreter", "container",
								Map.of("type", "auto", "network_policy",
										Map.of("domain_secrets", List.of(Map.of("name", "KEY", "value", "s3cret"))))))))
				.build())));
		assertThat(this.server.requests().get(0).body()).contains("s3cret");
		assertThat(spans.get(0).json("braintrust.metadata").get("tools").toString())
			.contains("mcp", "orders", "\"https://mcp.example.com/sse\"", "code_interpreter")
			.doesNotContain("s3cret");
	}

	@Test
	void generatedImageIsAnAttachment() {
		this.server.answers(Answer.json(200, """
				{"id": "resp_1", "object": "response", "model": "gpt-4o", "output": [{"type": "image_generation_call",
				"id": "ig_1", "status": "completed", "output_format": "png", "result": "%s"}]}""".formatted(PIXEL)));
		List<ReceivedSpan> spans = application.run("support", (projects) -> client().responses()
			.create(ResponseCreateParams.builder().model("gpt-4o").input("Draw.").build()));
		assertThat(spans.get(0).json("braintrust.output_json").at("/0/result/type").asString())
			.isEqualTo("braintrust_attachment");
		assertThat(spans.get(0).json("braintrust.output_json").at("/0/result/content_type").asString())
			.isEqualTo("image/png");
		assertThat(spans.get(0).json("braintrust.input_json"))
			.hasToString("[{\"role\":\"user\",\"content\":\"Draw.\"}]");
	}

	@Test
	void exceptionOfTheClientIsItsOwn() {
		this.server.answers(Answer.json(401, "{\"error\": {\"message\": \"who?\"}}"));
		assertThatExceptionOfType(OpenAIServiceException.class)
			.isThrownBy(() -> client().chat().completions().create(question()))
			.withMessage("401: who?");
	}

}
