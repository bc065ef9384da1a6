package dev.braintrust.spring.ai.provider;

import java.util.List;
import java.util.Map;

import com.anthropic.models.messages.ToolChoiceAny;
import com.anthropic.models.messages.ToolChoiceTool;
import com.openai.models.chat.completions.ChatCompletionNamedToolChoice;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import dev.braintrust.spring.support.PayloadJson;
import org.junit.jupiter.api.Test;

import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.anthropic.AnthropicWebSearchTool;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.deepseek.DeepSeekChatOptions;
import org.springframework.ai.google.genai.GoogleGenAiChatOptions;
import org.springframework.ai.google.genai.GoogleGenAiChatOptions.ToolChoice.Mode;
import org.springframework.ai.mistralai.MistralAiChatOptions;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Provider} with each provider's options.
 */
class ModelParametersTests {

	@Test
	void openAiOptionsAreReadAsTheyGoOut() {
		Parameters parameters = Parameters.of(OpenAiChatOptions.builder()
			.maxCompletionTokens(300)
			.parallelToolCalls(false)
			.strict(true)
			.toolChoice("required")
			.responseFormat(OpenAiChatModel.ResponseFormat.builder().jsonSchema("{\"type\":\"object\"}").build())
			.build());
		assertThat(parameters.maxTokens()).isEqualTo(300);
		assertThat(parameters.parallelToolCalls()).isFalse();
		assertThat(parameters.strict()).isTrue();
		assertThat(PayloadJson.braintrust(parameters.toolChoice())).isEqualTo("\"required\"");
		assertThat(PayloadJson.braintrust(parameters.responseFormat())).isEqualTo(
				"{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"json_schema\",\"strict\":true,\"schema\":{\"type\":\"object\"}}}");
	}

	@Test
	void openAiOptionsThatAreNotSetAreAbsent() {
		Parameters parameters = Parameters.of(OpenAiChatOptions.builder().build());
		assertThat(parameters.maxTokens()).isNull();
		assertThat(parameters.parallelToolCalls()).isNull();
		assertThat(parameters.toolChoice()).isNull();
		assertThat(parameters.responseFormat()).isNull();
		assertThat(parameters.strict()).isFalse();
	}

	@Test
	void toolChoicesOfOpenAi() {
		String named = "{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}";
		ChatCompletionToolChoiceOption option = ChatCompletionToolChoiceOption
			.ofNamedToolChoice(ChatCompletionNamedToolChoice.builder()
				.function(ChatCompletionNamedToolChoice.Function.builder().name("weather").build())
				.build());
		assertThat(toolChoice(OpenAiChatOptions.builder().toolChoice(option).build())).isEqualTo(named);
		assertThat(toolChoice(OpenAiChatOptions.builder().toolChoice(named).build())).isEqualTo(named);
		assertThat(toolChoice(OpenAiChatOptions.builder()
			.toolChoice(ChatCompletionToolChoiceOption.ofAuto(ChatCompletionToolChoiceOption.Auto.NONE))
			.build())).isEqualTo("\"none\"");
	}

	@Test
	void anthropicOptions() {
		Parameters parameters = Parameters.of(AnthropicChatOptions.builder()
			.maxTokens(100)
			.disableParallelToolUse(true)
			.toolChoice(com.anthropic.models.messages.ToolChoice.ofAny(ToolChoiceAny.builder().build()))
			.outputSchema("{\"type\":\"object\"}")
			.webSearchTool(AnthropicWebSearchTool.builder().maxUses(3).build())
			.build());
		assertThat(parameters.maxTokens()).isEqualTo(100);
		assertThat(parameters.parallelToolCalls()).isFalse();
		assertThat(PayloadJson.braintrust(parameters.toolChoice())).isEqualTo("\"required\"");
		assertThat(PayloadJson.braintrust(parameters.responseFormat()))
			.isEqualTo("{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"type\":\"object\"}}}");
		assertThat(parameters.providerTools()).singleElement()
			.isEqualTo(Map.of("type", "web_search_20260209", "name", "web_search", "max_uses", 3L));
		assertThat(toolChoice(AnthropicChatOptions.builder()
			.toolChoice(
					com.anthropic.models.messages.ToolChoice.ofTool(ToolChoiceTool.builder().name("weather").build()))
			.build())).isEqualTo("{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}");
		assertThat(Parameters.of(AnthropicChatOptions.builder().build()).parallelToolCalls()).isNull();
	}

	@Test
	void googleOptions() {
		Parameters parameters = Parameters.of(google(Mode.ANY, "weather"));
		assertThat(parameters.maxTokens()).isEqualTo(200);
		assertThat(PayloadJson.braintrust(parameters.toolChoice()))
			.isEqualTo("{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}");
		assertThat(PayloadJson.braintrust(parameters.responseFormat())).isEqualTo("{\"type\":\"json_object\"}");
		assertThat(parameters.providerTools()).containsExactly(Map.of("type", "google_search"));
		assertThat(toolChoice(google(Mode.ANY, "weather", "time"))).isEqualTo("\"required\"");
		assertThat(toolChoice(google(Mode.VALIDATED))).isEqualTo("\"auto\"");
		assertThat(toolChoice(google(Mode.NONE))).isEqualTo("\"none\"");
	}

	@Test
	void optionsLikeOpenAis() {
		assertThat(toolChoice(new MistralAiChatOptions())).isEqualTo("\"required\"");
		assertThat(toolChoice(new DeepSeekChatOptions("auto"))).isEqualTo("\"auto\"");
		assertThat(
				toolChoice(new DeepSeekChatOptions(Map.of("type", "function", "function", Map.of("name", "weather")))))
			.isEqualTo("{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}");
		assertThat(PayloadJson.braintrust(Parameters.of(new DeepSeekChatOptions(null)).responseFormat()))
			.isEqualTo("{\"type\":\"json_object\"}");
	}

	@Test
	void optionsOfNoProvider() {
		Parameters parameters = Parameters.of(ChatOptions.builder().maxTokens(7).build());
		assertThat(parameters.maxTokens()).isEqualTo(7);
		assertThat(parameters.strict()).isNull();
		assertThat(parameters.toolChoice()).isNull();
	}

	@Test
	void choicesAreOpenAisValues() {
		assertThat(PayloadJson.braintrust(ToolChoice.of("ANY"))).isEqualTo("\"required\"");
		assertThat(PayloadJson.braintrust(ToolChoice.of("auto"))).isEqualTo("\"auto\"");
		assertThat(PayloadJson.braintrust(ToolChoice.of("NONE"))).isEqualTo("\"none\"");
		assertThat(ToolChoice.of("perhaps")).isNull();
		String named = "{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}";
		assertThat(PayloadJson.braintrust(ToolChoice.function("weather"))).isEqualTo(named);
		assertThat(PayloadJson.braintrust(ToolChoice.of(named))).isEqualTo(named);
		assertThat(PayloadJson.braintrust(ToolChoice.of("{\"type\":\"auto\"}"))).isEqualTo("\"auto\"");
	}

	@Test
	void formatsAreOpenAis() {
		assertThat(PayloadJson.braintrust(ResponseFormat.ofType("json_object")))
			.isEqualTo("{\"type\":\"json_object\"}");
		assertThat(PayloadJson.braintrust(ResponseFormat.ofSchema("answer", false, "{\"type\":\"object\"}"))).isEqualTo(
				"{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"strict\":false,\"schema\":{\"type\":\"object\"}}}");
	}

	private static GoogleGenAiChatOptions google(Mode mode, String... names) {
		return new GoogleGenAiChatOptions(new GoogleGenAiChatOptions.ToolChoice(mode, List.of(names)));
	}

	private static String toolChoice(ChatOptions options) {
		return PayloadJson.braintrust(Parameters.of(options).toolChoice());
	}

	private record Parameters(Integer maxTokens, Object responseFormat, Object toolChoice, Boolean parallelToolCalls,
			Boolean strict, List<Map<String, Object>> providerTools) {

		static Parameters of(ChatOptions options) {
			Provider provider = Provider.of(options);
			return new Parameters(provider.maxTokens(options), provider.responseFormat(options),
					provider.toolChoice(options), provider.parallelToolCalls(options), provider.strictTools(options),
					provider.providerTools(options));
		}

	}

}
