package dev.braintrust.spring.prompt;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.support.ModelServer;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.DefaultChatOptions;
import org.springframework.ai.chat.prompt.DefaultChatOptionsBuilder;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the parameters of a prompt are sent to the provider, or named in a warning.
 */
@ExtendWith(OutputCaptureExtension.class)
class PromptParametersTests {

	private final ModelServer server = new ModelServer();

	private final ChatClient openAi = ChatClient.create(OpenAiChatModel.builder()
		.options(OpenAiChatOptions.builder()
			.baseUrl(this.server.url())
			.apiKey("sk-model")
			.model("gpt-4o-mini")
			.seed(1)
			.user("of the model")
			.build())
		.build());

	@AfterEach
	void close() {
		this.server.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			{"seed": 7}
			{"temperature": 0.25, "top_p": 0.5, "max_tokens": 100, "stop": ["END", "FIN"], "frequency_penalty": 0.1}
			{"response_format": {"type": "json_object"}}
			{"response_format": {"type": "text"}}
			{"max_completion_tokens": 200}
			{"reasoning_effort": "low", "verbosity": "high"}
			{"n": 2, "logprobs": true, "top_logprobs": 3, "logit_bias": {"50256": -100}}
			{"service_tier": "flex", "store": false, "metadata": {"a": "b"}, "prompt_cache_key": "k"}
			""")
	void parameterArrivesAtTheProviderAsItIs(String parameters, CapturedOutput output) {
		JsonNode sent = send(parameters, this.openAi);
		ReceivedSpan.parse(parameters)
			.properties()
			.forEach((parameter) -> assertThat(sent.get(parameter.getKey())).as(parameter.getKey())
				.isEqualTo(parameter.getValue()));
		assertThat(sent.path("user").asString()).isEqualTo("of the model");
		assertThat(output).doesNotContain("not applied");
	}

	@Test
	void schemaOfTheAnswerArrives() {
		JsonNode sent = send("""
				{"response_format": {"type": "json_schema", "json_schema": {"name": "city", "strict": false,
				"schema": {"type": "object", "properties": {"city": {"type": "string"}}}}}}""", this.openAi);
		assertThat(sent.at("/response_format/type").asString()).isEqualTo("json_schema");
		assertThat(sent.at("/response_format/json_schema/strict").booleanValue()).isFalse();
		assertThat(sent.at("/response_format/json_schema/schema/properties/city/type").asString()).isEqualTo("string");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"required\"", "{\"type\": \"function\", \"function\": {\"name\": \"weather\"}}" })
	void choiceOfAToolArrivesIfThereAreTools(String choice, CapturedOutput output) {
		String parameters = "{\"tool_choice\": " + choice + ", \"parallel_tool_calls\": false}";
		this.server.says("fine");
		prompt(parameters).applyTo(this.openAi.prompt().tools(new Weather()), Map.of()).call().content();
		JsonNode sent = this.server.requests().get(0);
		assertThat(sent.get("tool_choice")).isEqualTo(ReceivedSpan.parse(choice));
		assertThat(sent.path("parallel_tool_calls").isBoolean()).isTrue();
		assertThat(output).doesNotContain("not applied");
		// Providers reject a tool choice without tools.
		assertThat(send(parameters, this.openAi).has("tool_choice")).isFalse();
		assertThat(output).contains("[\"tool_choice\",\"parallel_tool_calls\"]");
	}

	@Test
	void parametersOfAStreamArriveToo() {
		this.server.streams("fine");
		prompt("{\"seed\": 7}").applyTo(this.openAi.prompt(), Map.of()).stream().content().blockLast();
		assertThat(this.server.requests().get(0).path("seed").intValue()).isEqualTo(7);
	}

	@Test
	void parameterThatIsNotAppliedIsNamedOnceAndNotShown(CapturedOutput output) {
		LoadedPrompt prompt = prompt("""
				{"seed": 7, "reasoning_budget": 4711, "temperature": "hot", "response_format": {"type": "poem"},
				"base_url": "https://evil.example.com", "api_key": "k", "extra_body": {}, "timeout": 1,
				"use_cache": true, "stop": [], "presence_penalty": null}""");
		for (int i = 0; i < 3; i++) {
			this.server.says("fine");
			prompt.strict().applyTo(this.openAi.prompt(), Map.of()).call().content();
		}
		assertThat(this.server.requests()).hasSize(3).allSatisfy((sent) -> {
			assertThat(sent.path("seed").intValue()).isEqualTo(7);
			assertThat(sent.propertyNames()).containsExactlyInAnyOrder("messages", "model", "seed", "user");
		});
		assertThat(output).containsOnlyOnce("The prompt 'greeter' has parameters that are not applied, because the "
				+ "OpenAiChatOptions of the model cannot take them: [\"reasoning_budget\",\"temperature\","
				+ "\"response_format\",\"base_url\",\"api_key\",\"timeout\"]. Set them by the options of the model, or "
				+ "remove them from the prompt.");
		assertThat(output).doesNotContain("4711").doesNotContain("hot");
	}

	@Test
	void optionsOfAnotherProviderGetWhatTheyHave(CapturedOutput output) {
		AnyModel model = new AnyModel(AnthropicChatOptions.builder().model("claude").build());
		prompt("""
				{"max_completion_tokens": 300, "top_k": 5, "tool_choice": "auto", "service_tier": "no such tier",
				"metadata": {"user_id": "u"}}""").applyTo(ChatClient.create(model).prompt(), Map.of()).call().content();
		AnthropicChatOptions options = (AnthropicChatOptions) model.sent.getOptions();
		assertThat(options.getMaxTokens()).isEqualTo(300);
		assertThat(options.getTopK()).isEqualTo(5);
		assertThat(output).contains("AnthropicChatOptions of the model cannot take them: "
				+ "[\"tool_choice\",\"service_tier\",\"metadata\"]");
	}

	@Test
	void modelWithoutOptionsOfItsOwnTakesNoneOfThem(CapturedOutput output) {
		AnyModel model = new AnyModel(ChatOptions.builder().build());
		prompt("{\"seed\": 7, \"temperature\": 0.1}").applyTo(ChatClient.create(model).prompt(), Map.of())
			.call()
			.content();
		assertThat(model.sent.getOptions().getTemperature()).isEqualTo(0.1);
		assertThat(output).contains("of the model cannot take them: [\"seed\"]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "seed", "user", "verbosity" })
	void optionsThatThrowAnythingCostAWarningAndNoCall(String throwing, CapturedOutput output) {
		AnyModel model = new AnyModel(new OthersOptions("model", null));
		String content = prompt("{\"%s\": 7, \"n\": 2, \"temperature\": 0.1}".formatted(throwing))
			.applyTo(ChatClient.create(model).prompt(), Map.of())
			.call()
			.content();
		assertThat(content).isEqualTo("fine");
		assertThat(model.sent.getOptions().getTemperature()).isEqualTo(0.1);
		assertThat(((OthersOptions) model.sent.getOptions()).n).isEqualTo(throwing.equals("verbosity") ? null : 2);
		assertThat(output).containsOnlyOnce("OthersOptions of the model cannot take them: "
				+ (throwing.equals("verbosity") ? "[\"verbosity\",\"n\"]" : "[\"" + throwing + "\"]"));
		assertThat(output).doesNotContain("secret");
	}

	private JsonNode send(String parameters, ChatClient client) {
		this.server.says("fine");
		prompt(parameters).applyTo(client.prompt(), Map.of()).call().content();
		List<JsonNode> requests = this.server.requests();
		return requests.get(requests.size() - 1);
	}

	private static LoadedPrompt prompt(String parameters) {
		return LoadedPrompt.of("greeter", JsonMapper.shared().readTree("""
				{"prompt": {"messages": [{"role": "user", "content": "Hello"}]},
				"options": {"params": %s}}""".formatted(parameters)));
	}

	static class Weather {

		@Tool
		String weather() {
			return "sunny";
		}

	}

	/**
	 * Foreign options, whose setters and builder throw.
	 */
	private static final class OthersOptions extends DefaultChatOptions {

		private final Integer n;

		OthersOptions(String model, Integer n) {
			super(model, null, null, null, null, 0.1, null, null);
			this.n = n;
		}

		@Override
		public OthersBuilder mutate() {
			return new OthersBuilder();
		}

	}

	/**
	 * The builder of the options.
	 */
	public static final class OthersBuilder extends DefaultChatOptionsBuilder<OthersBuilder> {

		private Integer n;

		private boolean unusable;

		public OthersBuilder n(Integer n) {
			this.n = n;
			return this;
		}

		public OthersBuilder seed(Integer seed) {
			throw new IllegalStateException("secret");
		}

		public OthersBuilder user(String user) throws IOException {
			throw new IOException("secret");
		}

		public OthersBuilder verbosity(String verbosity) {
			this.unusable = true;
			return this;
		}

		@Override
		public ChatOptions build() {
			if (this.unusable) {
				throw new NoSuchMethodError("secret");
			}
			return new OthersOptions(this.model, this.n);
		}

	}

	/**
	 * A model that keeps its requests.
	 */
	private static final class AnyModel implements ChatModel {

		private final ChatOptions options;

		private Prompt sent;

		AnyModel(ChatOptions options) {
			this.options = options;
		}

		@Override
		public ChatOptions getOptions() {
			return this.options;
		}

		@Override
		public ChatResponse call(Prompt prompt) {
			this.sent = prompt;
			return new ChatResponse(List.of(new Generation(new AssistantMessage("fine"))));
		}

	}

}
