package dev.braintrust.spring.ai.provider;

import java.util.List;
import java.util.Map;

import dev.braintrust.spring.ai.message.BeanProperty;
import dev.braintrust.spring.ai.message.ResponseFormat;
import dev.braintrust.spring.ai.message.ToolChoice;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;

/**
 * The parameters of a request that the options of each provider have in their own way.
 *
 * @param maxTokens the limit of the answer
 * @param responseFormat the format that the model has to answer in, by OpenAI's form
 * @param toolChoice whether and which tools the model has to call
 * @param parallelToolCalls whether the model may call several tools at once
 * @param strict whether arguments of tools must match their schema
 * @param providerTools tools that the provider runs itself, as it defines them
 */
record ProviderParameters(@Nullable Integer maxTokens, @Nullable Object responseFormat, @Nullable ToolChoice toolChoice,
		@Nullable Boolean parallelToolCalls, @Nullable Boolean strict, List<Map<String, Object>> providerTools) {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	static ProviderParameters of(ChatOptions options) {
		return switch (ModelApi.of(options)) {
			case OPENAI -> OpenAiParameters.of(options);
			case ANTHROPIC -> AnthropicParameters.of(options);
			case GOOGLE -> ofGoogle(options);
			// Both are OpenAI's by their fields.
			case DEEPSEEK, MISTRAL -> ofOpenAiFields(options);
			default ->
				new ProviderParameters(options.getMaxTokens(), outputSchema(options), null, null, null, List.of());
		};
	}

	private static ProviderParameters ofOpenAiFields(ChatOptions options) {
		Object choice = BeanProperty.read(options, "toolChoice");
		Object format = BeanProperty.read(options, "responseFormat");
		return new ProviderParameters(options.getMaxTokens(), (format != null) ? MAPPER.valueToTree(format) : null,
				(choice != null) ? toolChoice(choice) : null, null, null, List.of());
	}

	static @Nullable ToolChoice toolChoice(Object choice) {
		boolean json = choice instanceof String text && text.startsWith("{");
		JsonNode node = json ? MAPPER.readTree((String) choice) : MAPPER.valueToTree(choice);
		return ToolChoice.of(node);
	}

	// {"mode", "allowedFunctionNames"}; a choice of one function is a list of one name.
	private static ProviderParameters ofGoogle(ChatOptions options) {
		Object choice = BeanProperty.read(options, "toolChoice");
		ToolChoice toolChoice = null;
		if (choice != null) {
			JsonNode node = MAPPER.valueToTree(choice);
			JsonNode names = node.path("allowedFunctionNames");
			boolean one = node.path("mode").asString("").equals("ANY") && names.size() == 1;
			toolChoice = one ? ToolChoice.function(names.get(0).asString())
					: ToolChoice.of(node.path("mode").asString(""));
		}
		Object format = outputSchema(options);
		if (format == null && "application/json".equals(BeanProperty.read(options, "responseMimeType"))) {
			format = ResponseFormat.ofType("json_object");
		}
		boolean search = Boolean.TRUE.equals(BeanProperty.read(options, "googleSearchRetrieval"));
		return new ProviderParameters(options.getMaxTokens(), format, toolChoice, null, null,
				search ? List.of(Map.of("type", "google_search")) : List.of());
	}

	static @Nullable ResponseFormat outputSchema(ChatOptions options) {
		String schema = (options instanceof StructuredOutputChatOptions structured) ? structured.getOutputSchema()
				: null;
		if (schema == null || schema.isBlank()) {
			return null;
		}
		// Ollama's way to ask for any JSON.
		return schema.equals("json") ? ResponseFormat.ofType("json_object")
				: ResponseFormat.ofSchema(null, null, schema);
	}

}
