package dev.braintrust.spring.ai.provider;

import com.anthropic.models.messages.CacheCreation;
import com.anthropic.models.messages.MessageDeltaUsage;
import com.anthropic.models.messages.OutputTokensDetails;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.metadata.Usage;

/**
 * Reads the usage of Anthropic's model. Loaded only where there is one. Tokens written to
 * a cache are told by how long they stay there, or together, never both. Of a stream,
 * Spring AI keeps them together.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/prompt-cache.md">Braintrust's
 * specification, "Prompt caching"</a>
 */
final class AnthropicTokens {

	private AnthropicTokens() {
	}

	static TokenCounts of(Usage usage, Object nativeUsage) {
		if (nativeUsage instanceof com.anthropic.models.messages.Usage whole) {
			CacheCreation split = whole.cacheCreation().orElse(null);
			return counts(usage, split, whole.outputTokensDetails().orElse(null));
		}
		MessageDeltaUsage delta = (MessageDeltaUsage) nativeUsage;
		return counts(usage, null, delta.outputTokensDetails().orElse(null));
	}

	private static TokenCounts counts(Usage usage, @Nullable CacheCreation split,
			@Nullable OutputTokensDetails output) {
		Long written = (split != null) ? Long.valueOf(split.ephemeral5mInputTokens() + split.ephemeral1hInputTokens())
				: usage.getCacheWriteInputTokens();
		TokenCounts counts = TokenCounts.withCacheApart(usage.getPromptTokens(), usage.getCompletionTokens(),
				usage.getCacheReadInputTokens(), written);
		if (split != null) {
			counts.put("prompt_cache_creation_5m_tokens", split.ephemeral5mInputTokens())
				.put("prompt_cache_creation_1h_tokens", split.ephemeral1hInputTokens());
		}
		else {
			counts.put("prompt_cache_creation_tokens", written);
		}
		return counts.put("completion_reasoning_tokens", (output != null) ? output.thinkingTokens() : null);
	}

}
