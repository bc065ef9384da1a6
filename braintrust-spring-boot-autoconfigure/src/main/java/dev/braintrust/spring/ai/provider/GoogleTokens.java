package dev.braintrust.spring.ai.provider;

import java.util.List;

import dev.braintrust.spring.ai.message.BeanProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.metadata.Usage;

/**
 * Reads the usage of Google's model, whose class this library is not compiled against.
 * Google counts what the model thought apart from its answer, and what its own tools
 * brought apart from the prompt; both are paid for like them, and the total has them, so
 * they are added.
 */
final class GoogleTokens {

	private GoogleTokens() {
	}

	static TokenCounts of(Usage usage) {
		Integer thoughts = count(usage, "thoughtsTokenCount");
		return TokenCounts
			.of(sum(usage.getPromptTokens(), count(usage, "toolUsePromptTokenCount")),
					sum(usage.getCompletionTokens(), thoughts), positive(usage.getTotalTokens()))
			.put("prompt_cached_tokens", usage.getCacheReadInputTokens())
			.put("completion_reasoning_tokens", thoughts)
			.put("prompt_audio_tokens", modality(usage, "promptTokensDetails", "AUDIO"))
			.put("completion_audio_tokens", modality(usage, "candidatesTokensDetails", "AUDIO"))
			.put("completion_image_tokens", modality(usage, "candidatesTokensDetails", "IMAGE"));
	}

	private static @Nullable Integer count(Object bean, String property) {
		return (BeanProperty.read(bean, property) instanceof Integer count) ? count : null;
	}

	private static @Nullable Integer sum(@Nullable Integer count, @Nullable Integer other) {
		int sum = ((count != null) ? count : 0) + ((other != null) ? other : 0);
		return positive(sum);
	}

	private static @Nullable Integer positive(@Nullable Integer count) {
		return (count != null && count > 0) ? count : null;
	}

	private static @Nullable Integer modality(Usage usage, String property, String modality) {
		if (BeanProperty.read(usage, property) instanceof List<?> details) {
			for (Object detail : details) {
				if (modality.equals(BeanProperty.read(detail, "modality"))) {
					return count(detail, "tokenCount");
				}
			}
		}
		return null;
	}

}
