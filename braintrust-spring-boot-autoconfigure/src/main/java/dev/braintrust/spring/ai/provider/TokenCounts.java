package dev.braintrust.spring.ai.provider;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import dev.braintrust.spring.ai.message.BeanProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.metadata.Usage;

/**
 * The token counts of a call, named like Braintrust's metrics. Counts that the provider
 * does not report are absent. Spring AI replaces most of them with zeros, so the counts
 * are read from the provider's own usage if it is known. Otherwise a zero counts as not
 * reported.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/token-and-cost-metrics.md">Braintrust's
 * specification, "Token and cost metrics"</a>
 */
public final class TokenCounts {

	private final Map<String, Long> counts = new LinkedHashMap<>();

	private TokenCounts() {
	}

	// Return the counts of a chat model.
	public static Map<String, Long> of(Usage usage) {
		try {
			return Provider.of(usage).tokens(usage, usage.getNativeUsage()).counts;
		}
		catch (RuntimeException | LinkageError ex) {
			// The provider's library has another version than at compile time.
			return ofUnknown(usage).counts;
		}
	}

	// Return the counts of any other model. These never use zero tokens, so zeros
	// are removed.
	public static Map<String, Long> ofOther(@Nullable Object usage) {
		TokenCounts counts = new TokenCounts();
		if (usage instanceof Usage reported) {
			counts.put("prompt_tokens", reported.getPromptTokens())
				.put("completion_tokens", reported.getCompletionTokens())
				.put("tokens", reported.getTotalTokens())
				.put("prompt_cached_tokens", reported.getCacheReadInputTokens())
				.put("prompt_cache_creation_tokens", reported.getCacheWriteInputTokens());
		}
		else {
			// OpenAI's usage of a transcription.
			Object tokens = BeanProperty.read(usage, "tokens");
			counts.put("prompt_tokens", BeanProperty.read(tokens, "inputTokens"))
				.put("completion_tokens", BeanProperty.read(tokens, "outputTokens"))
				.put("tokens", BeanProperty.read(tokens, "totalTokens"))
				.put("prompt_audio_tokens", BeanProperty.read(tokens, "inputTokenDetails", "audioTokens"));
		}
		counts.counts.values().removeIf((count) -> count == 0);
		return counts.counts;
	}

	public static boolean isReported(Usage usage) {
		return isPositive(usage.getPromptTokens()) || isPositive(usage.getCompletionTokens())
				|| isPositive(usage.getTotalTokens());
	}

	private static boolean isPositive(@Nullable Integer count) {
		return count != null && count > 0;
	}

	static TokenCounts ofUnknown(Usage usage) {
		Integer prompt = isPositive(usage.getPromptTokens()) ? usage.getPromptTokens() : null;
		Integer completion = isPositive(usage.getCompletionTokens()) ? usage.getCompletionTokens() : null;
		Integer total = isPositive(usage.getTotalTokens()) ? usage.getTotalTokens() : null;
		// If the total equals one of the counts, Spring AI has added a zero.
		boolean sum = total != null && (total.equals(prompt) || total.equals(completion));
		return of(prompt, completion, sum ? null : total).put("prompt_cached_tokens", usage.getCacheReadInputTokens())
			.put("prompt_cache_creation_tokens", usage.getCacheWriteInputTokens());
	}

	// Counts of a provider that includes cache reads and writes in the prompt.
	static TokenCounts of(@Nullable Object prompt, @Nullable Object completion, @Nullable Object total) {
		Long sum = (prompt instanceof Number read && completion instanceof Number written)
				? Long.valueOf(read.longValue() + written.longValue()) : null;
		return new TokenCounts().put("prompt_tokens", prompt)
			.put("completion_tokens", completion)
			.put("tokens", (total != null) ? total : sum);
	}

	// Counts of a provider that reports cache reads and writes separately.
	static TokenCounts withCacheApart(Usage usage, @Nullable Long cacheWrite) {
		Integer prompt = usage.getPromptTokens();
		Long all = (prompt != null)
				? Long.valueOf(prompt + orZero(usage.getCacheReadInputTokens()) + orZero(cacheWrite)) : null;
		return of(all, usage.getCompletionTokens(), null).put("prompt_cached_tokens", usage.getCacheReadInputTokens());
	}

	private static long orZero(@Nullable Long count) {
		return (count != null) ? count : 0;
	}

	TokenCounts put(String name, @Nullable Object count) {
		if (count instanceof Number number && number.longValue() >= 0) {
			this.counts.put(name, number.longValue());
		}
		return this;
	}

	// Put a count from details that a provider may leave out.
	<T> TokenCounts put(String name, @Nullable T details, Function<T, Optional<Long>> count) {
		return (details != null) ? put(name, count.apply(details).orElse(null)) : this;
	}

}
