package dev.braintrust.spring.ai.provider;

import dev.braintrust.spring.ProjectSpan;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.metadata.Usage;

/**
 * Writes token counts as metrics, as far as they are reported. Spring AI fills a count
 * that a provider did not report with zero, and no execution takes zero tokens, so a zero
 * is left out.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/token-and-cost-metrics.md">Braintrust's
 * specification, "Token and cost metrics"</a>
 */
public final class ModelTokens {

	private ModelTokens() {
	}

	public static void write(ProjectSpan span, @Nullable Object usage) {
		if (usage instanceof Usage reported) {
			write(span, "prompt_tokens", reported.getPromptTokens());
			write(span, "completion_tokens", reported.getCompletionTokens());
			write(span, "tokens", reported.getTotalTokens());
			write(span, "prompt_cached_tokens", reported.getCacheReadInputTokens());
			write(span, "prompt_cache_creation_tokens", reported.getCacheWriteInputTokens());
		}
		else {
			// openai-java's usage of a transcription.
			Object tokens = NativeValue.read(usage, "tokens");
			write(span, "prompt_tokens", NativeValue.read(tokens, "inputTokens"));
			write(span, "completion_tokens", NativeValue.read(tokens, "outputTokens"));
			write(span, "tokens", NativeValue.read(tokens, "totalTokens"));
			write(span, "prompt_audio_tokens", NativeValue.read(tokens, "inputTokenDetails", "audioTokens"));
		}
	}

	private static void write(ProjectSpan span, String metric, @Nullable Object count) {
		if (count instanceof Number number && number.longValue() > 0) {
			span.metric(metric, number.longValue());
		}
	}

}
