package dev.braintrust.spring.ai.provider;

import java.util.Locale;

import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.completions.CompletionUsage;
import com.openai.models.completions.CompletionUsage.CompletionTokensDetails;
import com.openai.models.completions.CompletionUsage.PromptTokensDetails;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.ModelOptions;
import org.springframework.ai.openai.AbstractOpenAiOptions;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

/**
 * OpenAI's models, and all models that are called with Spring AI's OpenAI model.
 */
final class OpenAiProvider extends Provider {

	static final Provider INSTANCE = new OpenAiProvider();

	// The name that Spring AI gives to every schema.
	private static final String SCHEMA_NAME = "json_schema";

	// Spring AI 2.0.0 has no such settings. It always sends what later versions send
	// by default.
	private static final boolean KNOWS_STRICT = knows(() -> OpenAiChatOptions.builder().build().getStrict());

	// False for the version of OpenAI's SDK that comes with Spring AI 2.0.0.
	private static final boolean KNOWS_CACHE_WRITES = knows(
			() -> PromptTokensDetails.builder().build().cacheWriteTokens());

	private OpenAiProvider() {
		super("openai");
	}

	private static boolean knows(Runnable access) {
		try {
			access.run();
			return true;
		}
		catch (NoSuchMethodError ex) {
			return false;
		}
	}

	// Options that Boot creates do not contain the URL of spring.ai.openai.base-url. In
	// that case the user must name the provider.
	@Override
	public @Nullable String name(@Nullable ModelOptions options, @Nullable String fallback) {
		String called = null;
		if (options instanceof OpenAiChatOptions chat) {
			called = called(chat.isMicrosoftFoundry(), chat.isGitHubModels(), chat.getBaseUrl());
		}
		else if ((Object) options instanceof AbstractOpenAiOptions other) {
			called = called(other.isMicrosoftFoundry(), other.isGitHubModels(), other.getBaseUrl());
		}
		return (called != null) ? called : ((fallback != null) ? fallback : super.name(options, null));
	}

	private static @Nullable String called(boolean foundry, boolean gitHub, @Nullable String baseUrl) {
		if (foundry) {
			return "azure";
		}
		return gitHub ? "github" : ProviderHost.provider(baseUrl);
	}

	@Override
	public Reasoning reasoning() {
		return Reasoning.WHOLE;
	}

	@Override
	protected TokenCounts tokens(Usage usage, @Nullable Object nativeUsage) {
		if (!(nativeUsage instanceof CompletionUsage reported)) {
			return super.tokens(usage, nativeUsage);
		}
		PromptTokensDetails prompt = reported.promptTokensDetails().orElse(null);
		CompletionTokensDetails completion = reported.completionTokensDetails().orElse(null);
		return TokenCounts.of(usage.getPromptTokens(), usage.getCompletionTokens(), usage.getTotalTokens())
			.put("prompt_cached_tokens", prompt, PromptTokensDetails::cachedTokens)
			.put("prompt_cache_creation_tokens", KNOWS_CACHE_WRITES ? prompt : null,
					(details) -> details.cacheWriteTokens())
			.put("prompt_audio_tokens", prompt, PromptTokensDetails::audioTokens)
			.put("completion_reasoning_tokens", completion, CompletionTokensDetails::reasoningTokens)
			.put("completion_audio_tokens", completion, CompletionTokensDetails::audioTokens);
	}

	@Override
	protected @Nullable Integer maxTokens(ChatOptions options) {
		Integer maxTokens = options.getMaxTokens();
		return (maxTokens == null && options instanceof OpenAiChatOptions chat) ? chat.getMaxCompletionTokens()
				: maxTokens;
	}

	@Override
	protected @Nullable Object responseFormat(ChatOptions options) {
		OpenAiChatModel.ResponseFormat format = (options instanceof OpenAiChatOptions chat) ? chat.getResponseFormat()
				: null;
		if (format == null) {
			return null;
		}
		if (format.getType() == OpenAiChatModel.ResponseFormat.Type.JSON_SCHEMA && format.getJsonSchema() != null) {
			boolean strict = !KNOWS_STRICT || !Boolean.FALSE.equals(format.getStrict());
			return ResponseFormat.ofSchema(SCHEMA_NAME, strict, format.getJsonSchema());
		}
		return ResponseFormat.ofType(format.getType().name().toLowerCase(Locale.ROOT));
	}

	@Override
	protected @Nullable Object toolChoice(ChatOptions options) {
		Object choice = (options instanceof OpenAiChatOptions chat) ? chat.getToolChoice() : null;
		if (!(choice instanceof ChatCompletionToolChoiceOption option)) {
			return ToolChoice.of(choice);
		}
		if (option.isNamedToolChoice()) {
			return ToolChoice.function(option.asNamedToolChoice().function().name());
		}
		if (option.isAllowedToolChoice()) {
			return ToolChoice.of(option.asAllowedToolChoice().allowedTools().mode().asString());
		}
		return option.isAuto() ? ToolChoice.of(option.asAuto().asString()) : null;
	}

	@Override
	protected @Nullable Boolean parallelToolCalls(ChatOptions options) {
		return (options instanceof OpenAiChatOptions chat) ? chat.getParallelToolCalls() : null;
	}

	// Spring AI sends false if the option is not set.
	@Override
	protected @Nullable Boolean strictTools(ChatOptions options) {
		return KNOWS_STRICT && options instanceof OpenAiChatOptions chat && Boolean.TRUE.equals(chat.getStrict());
	}

}
