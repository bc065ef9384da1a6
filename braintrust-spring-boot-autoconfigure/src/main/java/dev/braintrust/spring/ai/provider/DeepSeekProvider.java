package dev.braintrust.spring.ai.provider;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.prompt.ChatOptions;

/**
 * DeepSeek's models. Their options and usage have the same fields as OpenAI's.
 */
class DeepSeekProvider extends Provider {

	static final Provider INSTANCE = new DeepSeekProvider("deepseek");

	DeepSeekProvider(String name) {
		super(name);
	}

	@Override
	public Reasoning reasoning() {
		return Reasoning.PIECES;
	}

	@Override
	protected TokenCounts tokens(Usage usage, @Nullable Object nativeUsage) {
		return TokenCounts
			.of(read(nativeUsage, "promptTokens"), read(nativeUsage, "completionTokens"),
					read(nativeUsage, "totalTokens"))
			.put("prompt_cached_tokens", read(nativeUsage, "promptTokensDetails", "cachedTokens"));
	}

	@Override
	protected @Nullable Object responseFormat(ChatOptions options) {
		return read(options, "responseFormat");
	}

	@Override
	protected @Nullable Object toolChoice(ChatOptions options) {
		return ToolChoice.of(read(options, "toolChoice"));
	}

}
