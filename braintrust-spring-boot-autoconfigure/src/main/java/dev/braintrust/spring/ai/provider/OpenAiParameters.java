package dev.braintrust.spring.ai.provider;

import java.util.List;
import java.util.Locale;

import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import dev.braintrust.spring.ai.message.ResponseFormat;
import dev.braintrust.spring.ai.message.ToolChoice;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

/**
 * Reads the options of OpenAI's model, as they go over the wire. Loaded only where there
 * are such options.
 */
final class OpenAiParameters {

	// The name that Spring AI gives every schema.
	private static final String SCHEMA_NAME = "json_schema";

	private static final boolean KNOWS_STRICT = knowsStrict();

	private OpenAiParameters() {
	}

	static ProviderParameters of(ChatOptions chatOptions) {
		OpenAiChatOptions options = (OpenAiChatOptions) chatOptions;
		Integer maxTokens = options.getMaxTokens();
		// Where it is not set, false is what Spring AI sends.
		boolean strict = KNOWS_STRICT && Boolean.TRUE.equals(options.getStrict());
		return new ProviderParameters((maxTokens != null) ? maxTokens : options.getMaxCompletionTokens(),
				responseFormat(options.getResponseFormat()), toolChoice(options.getToolChoice()),
				options.getParallelToolCalls(), strict, List.of());
	}

	private static @Nullable ResponseFormat responseFormat(OpenAiChatModel.@Nullable ResponseFormat format) {
		if (format == null) {
			return null;
		}
		if (format.getType() == OpenAiChatModel.ResponseFormat.Type.JSON_SCHEMA && format.getJsonSchema() != null) {
			boolean strict = !KNOWS_STRICT || !Boolean.FALSE.equals(format.getStrict());
			return ResponseFormat.ofSchema(SCHEMA_NAME, strict, format.getJsonSchema());
		}
		return ResponseFormat.ofType(format.getType().name().toLowerCase(Locale.ROOT));
	}

	private static @Nullable ToolChoice toolChoice(@Nullable Object choice) {
		if (choice instanceof String text) {
			return ProviderParameters.toolChoice(text);
		}
		if (!(choice instanceof ChatCompletionToolChoiceOption option)) {
			return null;
		}
		if (option.isNamedToolChoice()) {
			return ToolChoice.function(option.asNamedToolChoice().function().name());
		}
		if (option.isAllowedToolChoice()) {
			return ToolChoice.of(option.asAllowedToolChoice().allowedTools().mode().asString());
		}
		return option.isAuto() ? ToolChoice.of(option.asAuto().asString()) : null;
	}

	// Spring AI 2.0.0 has no such settings, and sends what later versions send by
	// default.
	private static boolean knowsStrict() {
		try {
			OpenAiChatOptions.builder().build().getStrict();
			return true;
		}
		catch (NoSuchMethodError ex) {
			return false;
		}
	}

}
