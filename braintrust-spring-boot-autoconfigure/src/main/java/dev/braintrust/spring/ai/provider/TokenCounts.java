package dev.braintrust.spring.ai.provider;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.chat.metadata.Usage;

/**
 * The token counts of a call, by the names of Braintrust's metrics. What a provider does
 * not report is absent. Spring AI turns most of that into zeros, so the provider's own
 * usage is asked where it is known; where it is not, a zero counts as not reported.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/token-and-cost-metrics.md">Braintrust's
 * specification, "Token and cost metrics"</a>
 */
public final class TokenCounts {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private final Map<String, Long> counts = new LinkedHashMap<>();

	public static Map<String, Long> of(Usage usage) {
		try {
			return ofProvider(usage).counts;
		}
		catch (RuntimeException | LinkageError ex) {
			// Another version of the provider's library than this one is built with.
			return ofUnknown(usage).counts;
		}
	}

	public static boolean isReported(Usage usage) {
		return isPositive(usage.getPromptTokens()) || isPositive(usage.getCompletionTokens())
				|| isPositive(usage.getTotalTokens());
	}

	private static boolean isPositive(@Nullable Integer count) {
		return count != null && count > 0;
	}

	private static TokenCounts ofProvider(Usage usage) {
		Object nativeUsage = usage.getNativeUsage();
		String type = (nativeUsage != null) ? nativeUsage.getClass().getName() : "";
		if (nativeUsage != null && type.equals("com.openai.models.completions.CompletionUsage")) {
			return OpenAiTokens.of(usage, nativeUsage);
		}
		if (nativeUsage != null && type.startsWith("com.anthropic.models.messages.")) {
			return AnthropicTokens.of(usage, nativeUsage);
		}
		if (usage.getClass().getName().startsWith("org.springframework.ai.google.genai.")) {
			return GoogleTokens.of(usage);
		}
		if (nativeUsage != null && (type.startsWith("org.springframework.ai.deepseek.")
				|| type.startsWith("org.springframework.ai.mistralai."))) {
			return ofOpenAiFields(MAPPER.valueToTree(nativeUsage));
		}
		if (type.startsWith("software.amazon.awssdk.services.bedrockruntime.")) {
			return withCacheApart(usage.getPromptTokens(), usage.getCompletionTokens(), usage.getCacheReadInputTokens(),
					usage.getCacheWriteInputTokens())
				.put("prompt_cache_creation_tokens", usage.getCacheWriteInputTokens());
		}
		return ofUnknown(usage);
	}

	private static TokenCounts ofOpenAiFields(JsonNode usage) {
		JsonNode prompt = usage.path("prompt_tokens_details");
		return of(count(usage, "prompt_tokens"), count(usage, "completion_tokens"), count(usage, "total_tokens"))
			.put("prompt_cached_tokens", count(prompt, "cached_tokens"));
	}

	private static @Nullable Long count(JsonNode usage, String name) {
		return usage.path(name).isIntegralNumber() ? usage.path(name).asLong() : null;
	}

	private static TokenCounts ofUnknown(Usage usage) {
		Long prompt = isPositive(usage.getPromptTokens()) ? usage.getPromptTokens().longValue() : null;
		Long completion = isPositive(usage.getCompletionTokens()) ? usage.getCompletionTokens().longValue() : null;
		Long total = isPositive(usage.getTotalTokens()) ? usage.getTotalTokens().longValue() : null;
		// A total of one part alone is Spring AI's sum with a zero.
		boolean sum = total != null && (total.equals(prompt) || total.equals(completion));
		return of(prompt, completion, sum ? null : total).put("prompt_cached_tokens", usage.getCacheReadInputTokens())
			.put("prompt_cache_creation_tokens", usage.getCacheWriteInputTokens());
	}

	// Counts of a provider that counts what it reads from a cache and writes to it within
	// the prompt.
	static TokenCounts of(@Nullable Number prompt, @Nullable Number completion, @Nullable Number total) {
		TokenCounts counts = new TokenCounts();
		counts.put("prompt_tokens", prompt);
		counts.put("completion_tokens", completion);
		Long sum = (prompt != null && completion != null) ? Long.valueOf(prompt.longValue() + completion.longValue())
				: null;
		return counts.put("tokens", (total != null) ? total : sum);
	}

	static TokenCounts withCacheApart(@Nullable Number prompt, @Nullable Number completion, @Nullable Number cacheRead,
			@Nullable Number cacheWrite) {
		Long all = (prompt != null) ? Long.valueOf(prompt.longValue() + orZero(cacheRead) + orZero(cacheWrite)) : null;
		return of(all, completion, null).put("prompt_cached_tokens", cacheRead);
	}

	private static long orZero(@Nullable Number count) {
		return (count != null) ? count.longValue() : 0;
	}

	TokenCounts put(String name, @Nullable Number count) {
		if (count != null && count.longValue() >= 0) {
			this.counts.put(name, count.longValue());
		}
		return this;
	}

}
