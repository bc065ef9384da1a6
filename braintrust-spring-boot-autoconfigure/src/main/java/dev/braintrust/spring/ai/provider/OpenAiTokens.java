package dev.braintrust.spring.ai.provider;

import com.openai.models.completions.CompletionUsage;

import org.springframework.ai.chat.metadata.Usage;

/**
 * Reads the usage of OpenAI's model. Loaded only where there is one.
 */
final class OpenAiTokens {

	private static final boolean KNOWS_CACHE_WRITES = knowsCacheWrites();

	private OpenAiTokens() {
	}

	static TokenCounts of(Usage usage, Object nativeUsage) {
		CompletionUsage details = (CompletionUsage) nativeUsage;
		TokenCounts counts = TokenCounts.of(usage.getPromptTokens(), usage.getCompletionTokens(),
				usage.getTotalTokens());
		CompletionUsage.PromptTokensDetails prompt = details.promptTokensDetails().orElse(null);
		if (prompt != null) {
			counts.put("prompt_cached_tokens", prompt.cachedTokens().orElse(null))
				.put("prompt_cache_creation_tokens", KNOWS_CACHE_WRITES ? prompt.cacheWriteTokens().orElse(null) : null)
				.put("prompt_audio_tokens", prompt.audioTokens().orElse(null));
		}
		CompletionUsage.CompletionTokensDetails completion = details.completionTokensDetails().orElse(null);
		if (completion != null) {
			counts.put("completion_reasoning_tokens", completion.reasoningTokens().orElse(null))
				.put("completion_audio_tokens", completion.audioTokens().orElse(null));
		}
		return counts;
	}

	// The client of OpenAI that Spring AI 2.0.0 brings does not.
	private static boolean knowsCacheWrites() {
		try {
			CompletionUsage.PromptTokensDetails.builder().build().cacheWriteTokens();
			return true;
		}
		catch (NoSuchMethodError ex) {
			return false;
		}
	}

}
