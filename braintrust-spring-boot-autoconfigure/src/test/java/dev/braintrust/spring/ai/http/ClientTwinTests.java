package dev.braintrust.spring.ai.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.anthropic.client.AnthropicClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import dev.braintrust.spring.ai.http.ProviderServer.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Makes the same calls with a client and with its traced twin. The caller and the server
 * must not see a difference.
 */
class ClientTwinTests {

	private static final String CHAT = """
			{"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini-2024-07-18",
			"choices": [{"index": 0, "message": {"role": "assistant", "content": "Paris.", "refusal": null},
			"logprobs": null, "finish_reason": "stop"}]}""";

	private static final String CHAT_EVENTS = """
			data: {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o-mini", \
			"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Par"}, "finish_reason": null}]}

			data: {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o-mini", \
			"choices": [{"index": 0, "delta": {"content": "is."}, "finish_reason": "stop"}]}

			data: [DONE]

			""";

	private static final String FAILED_EVENTS = """
			data: {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o-mini", \
			"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Par"}, "finish_reason": null}]}

			data: {"error": {"message": "out of words", "type": "server_error"}}

			""";

	private static final String MESSAGE = """
			{"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-4-5",
			"content": [{"type": "text", "text": "Paris."}], "stop_reason": "end_turn",
			"usage": {"input_tokens": 9, "output_tokens": 3}}""";

	private static final String MESSAGE_EVENTS = """
			event: message_start
			data: {"type": "message_start", "message": {"id": "msg_1", "type": "message", "role": "assistant", \
			"model": "claude-haiku-4-5", "content": [], "usage": {"input_tokens": 9, "output_tokens": 1}}}

			event: content_block_start
			data: {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}

			event: content_block_delta
			data: {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Paris."}}

			event: error
			data: {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}

			""";

	private static final List<List<Answer>> ANSWERS = List.of(List.of(Answer.json(200, CHAT)),
			List.of(Answer.json(200, CHAT).with("x-request-id", "req_1")), List.of(Answer.events(CHAT_EVENTS)),
			List.of(Answer.events(FAILED_EVENTS)), List.of(Answer.events(CHAT_EVENTS).isCutOff()),
			List.of(Answer.json(200, MESSAGE)), List.of(Answer.events(MESSAGE_EVENTS)),
			List.of(Answer.json(200, CHAT).isCutOff()), List.of(Answer.json(200, "no JSON")),
			List.of(Answer.json(200, "")), List.of(Answer.json(400, "{\"error\": {\"message\": \"no such model\"}}")),
			List.of(Answer.json(401, "who?")),
			List.of(Answer.json(429, "{\"error\": {\"message\": \"slow down\"}}"), Answer.json(200, CHAT)),
			List.of(Answer.json(500, "{}").with("x-should-retry", "false")),
			List.of(Answer.json(503, "a"), Answer.json(503, "b"), Answer.json(503, "c"), Answer.json(200, CHAT)),
			List.of(Answer.none(), Answer.json(200, MESSAGE)),
			List.of(Answer.none(), Answer.none(), Answer.none(), Answer.json(200, CHAT)));

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

	static Stream<Arguments> programs() {
		return Stream.of(OpenAiProgram.values())
			.flatMap((program) -> Stream.iterate(0, (i) -> i < ANSWERS.size(), (i) -> i + 1)
				.map((answers) -> Arguments.of(program, answers)));
	}

	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("programs")
	void callersOfOpenAiSeeTheSame(OpenAiProgram program, int answers) {
		OpenAIClient client = SdkClientFactory.openAi(this.server.url());
		OpenAIClient traced = application.projects().instrument("support", client);
		assertThat(traced).isNotSameAs(client);
		List<String> expected = observe((seen) -> program.work.accept(client, seen), answers);
		assertThat(observe((seen) -> program.work.accept(traced, seen), answers)).isEqualTo(expected);
	}

	static Stream<Arguments> anthropicPrograms() {
		return Stream.of(AnthropicProgram.values())
			.flatMap((program) -> Stream.iterate(0, (i) -> i < ANSWERS.size(), (i) -> i + 1)
				.map((answers) -> Arguments.of(program, answers)));
	}

	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("anthropicPrograms")
	void callersOfAnthropicSeeTheSame(AnthropicProgram program, int answers) {
		AnthropicClient client = SdkClientFactory.anthropic(this.server.url());
		AnthropicClient traced = application.projects().instrument("support", client);
		assertThat(traced).isNotSameAs(client);
		List<String> expected = observe((seen) -> program.work.accept(client, seen), answers);
		assertThat(observe((seen) -> program.work.accept(traced, seen), answers)).isEqualTo(expected);
	}

	// Record the results and requests of all calls.
	private List<String> observe(Consumer<List<String>> work, int answers) {
		List<String> seen = new ArrayList<>();
		this.server.reset();
		this.server.answers(ANSWERS.get(answers).toArray(Answer[]::new));
		try {
			work.accept(seen);
		}
		catch (Throwable ex) {
			for (Throwable each = ex; each != null; each = each.getCause()) {
				seen.add(each.getClass().getName() + ": " + each.getMessage());
			}
		}
		this.server.requests().forEach((request) -> seen.add(request.toString()));
		return seen;
	}

	private static ChatCompletionCreateParams chat() {
		return ChatCompletionCreateParams.builder().model("gpt-4o-mini").addUserMessage("What?").build();
	}

	private static MessageCreateParams message() {
		return MessageCreateParams.builder().model("claude-haiku-4-5").maxTokens(9).addUserMessage("What?").build();
	}

	private static <T> T get(Future<T> future) {
		try {
			return future.get(1, TimeUnit.MINUTES);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new IllegalStateException(ex.getCause());
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String read(InputStream body) {
		try {
			return new String(body.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The calls of an OpenAI client.
	 */
	enum OpenAiProgram {

		CALL((client, seen) -> seen.add(client.chat().completions().create(chat()).toString())),

		STREAM((client, seen) -> {
			try (var stream = client.chat().completions().createStreaming(chat())) {
				stream.stream().forEach((chunk) -> seen.add(chunk.toString()));
			}
		}),

		STREAM_CLOSED_EARLY((client, seen) -> {
			try (var stream = client.chat().completions().createStreaming(chat())) {
				seen.add(stream.stream().findFirst().toString());
			}
		}),

		ASYNC_CALL((client, seen) -> seen.add(get(client.async().chat().completions().create(chat())).toString())),

		ASYNC_STREAM((client,
				seen) -> get(client.async()
					.chat()
					.completions()
					.createStreaming(chat())
					.subscribe((chunk) -> seen.add(chunk.toString()))
					.onCompleteFuture())),

		RAW((client, seen) -> {
			try (var response = client.withRawResponse().chat().completions().create(chat())) {
				seen.add(response.statusCode() + " " + response.requestId() + " "
						+ response.headers().values("Content-Type"));
				seen.add(read(response.body()));
			}
		}),

		PARSED_RAW((client, seen) -> seen
			.add(client.withRawResponse().chat().completions().create(chat()).parse().toString())),

		OWN_OPTIONS((client,
				seen) -> seen.add(client.withOptions((options) -> options.maxRetries(1).putHeader("X-Own", "own"))
					.chat()
					.completions()
					.create(chat())
					.toString())),

		NO_RETRIES((client,
				seen) -> seen.add(client.withOptions((options) -> options.maxRetries(0))
					.async()
					.sync()
					.chat()
					.completions()
					.create(chat())
					.toString())),

		RESPONSES((client,
				seen) -> seen.add(client.responses()
					.create(ResponseCreateParams.builder().model("gpt-4o-mini").input("What?").build())
					.toString())),

		UNKNOWN_ENDPOINT((client, seen) -> seen.add(client.models().list().data().toString()));

		private final BiConsumer<OpenAIClient, List<String>> work;

		OpenAiProgram(BiConsumer<OpenAIClient, List<String>> work) {
			this.work = work;
		}

	}

	/**
	 * The calls of an Anthropic client.
	 */
	enum AnthropicProgram {

		CALL((client, seen) -> seen.add(client.messages().create(message()).toString())),

		STREAM((client, seen) -> {
			try (var stream = client.messages().createStreaming(message())) {
				stream.stream().forEach((chunk) -> seen.add(chunk.toString()));
			}
		}),

		STREAM_CLOSED_EARLY((client, seen) -> {
			try (var stream = client.messages().createStreaming(message())) {
				seen.add(stream.stream().findFirst().toString());
			}
		}),

		ASYNC_CALL((client, seen) -> seen.add(get(client.async().messages().create(message())).toString())),

		ASYNC_STREAM((client,
				seen) -> get(client.async()
					.messages()
					.createStreaming(message())
					.subscribe((chunk) -> seen.add(chunk.toString()))
					.onCompleteFuture())),

		RAW((client, seen) -> {
			try (var response = client.withRawResponse().messages().create(message())) {
				seen.add(response.statusCode() + " " + response.headers().values("Content-Type"));
				seen.add(read(response.body()));
			}
		}),

		OWN_OPTIONS((client, seen) -> seen
			.add(client.withOptions((options) -> options.maxRetries(1)).messages().create(message()).toString()));

		private final BiConsumer<AnthropicClient, List<String>> work;

		AnthropicProgram(BiConsumer<AnthropicClient, List<String>> work) {
			this.work = work;
		}

	}

}
