package dev.braintrust.spring.ai.provider;

import java.util.Map;
import java.util.Optional;

import com.anthropic.models.messages.CacheCreation;
import com.anthropic.models.messages.MessageDeltaUsage;
import com.openai.models.completions.CompletionUsage;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.bedrockruntime.model.TokenUsage;

import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.metadata.EmptyUsage;
import org.springframework.ai.deepseek.api.DeepSeekApi;
import org.springframework.ai.google.genai.metadata.GoogleGenAiUsage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link TokenCounts}, with the usage of providers and of Spring AI.
 */
class TokenCountsTests {

	@Test
	void openAiReportsDetails() {
		CompletionUsage usage = openAi()
			.promptTokensDetails(CompletionUsage.PromptTokensDetails.builder()
				.cachedTokens(8)
				.audioTokens(0)
				.cacheWriteTokens(2)
				.build())
			.completionTokensDetails(
					CompletionUsage.CompletionTokensDetails.builder().reasoningTokens(3).audioTokens(1).build())
			.build();
		assertThat(TokenCounts.of(new DefaultUsage(20, 5, 25, usage, 8L, null))).isEqualTo(Map.of("prompt_tokens", 20L,
				"completion_tokens", 5L, "tokens", 25L, "prompt_cached_tokens", 8L, "prompt_cache_creation_tokens", 2L,
				"prompt_audio_tokens", 0L, "completion_reasoning_tokens", 3L, "completion_audio_tokens", 1L));
	}

	@Test
	void openAiReportsNoDetails() {
		assertThat(TokenCounts.of(new DefaultUsage(20, 0, 20, openAi().build())))
			.isEqualTo(Map.of("prompt_tokens", 20L, "completion_tokens", 0L, "tokens", 20L));
	}

	@Test
	void anthropicCountsItsCacheApartAndTellsHowLongItLasts() {
		com.anthropic.models.messages.Usage usage = anthropic()
			.cacheCreation(CacheCreation.builder().ephemeral5mInputTokens(1042).ephemeral1hInputTokens(1000).build())
			.build();
		assertThat(TokenCounts.of(new DefaultUsage(58, 42, 100, usage, 0L, 2042L)))
			.isEqualTo(Map.of("prompt_tokens", 2100L, "completion_tokens", 42L, "tokens", 2142L, "prompt_cached_tokens",
					0L, "prompt_cache_creation_5m_tokens", 1042L, "prompt_cache_creation_1h_tokens", 1000L));
	}

	@Test
	void anthropicReportsWhatItWritesTogether() {
		com.anthropic.models.messages.Usage usage = anthropic().cacheCreation(Optional.empty()).build();
		Map<String, Long> expected = Map.of("prompt_tokens", 2110L, "completion_tokens", 42L, "tokens", 2152L,
				"prompt_cached_tokens", 10L, "prompt_cache_creation_tokens", 2042L);
		assertThat(TokenCounts.of(new DefaultUsage(58, 42, 100, usage, 10L, 2042L))).isEqualTo(expected);
		MessageDeltaUsage delta = MessageDeltaUsage.builder()
			.cacheCreationInputTokens(2042)
			.cacheReadInputTokens(10)
			.inputTokens(58)
			.outputTokens(42)
			.outputTokensDetails(Optional.empty())
			.serverToolUse(Optional.empty())
			.build();
		assertThat(TokenCounts.of(new DefaultUsage(58, 42, 100, delta, 10L, 2042L))).isEqualTo(expected);
	}

	@Test
	void bedrockCountsItsCacheApart() {
		assertThat(TokenCounts.of(new DefaultUsage(10, 5, 15, new TokenUsage(), 100L, null))).isEqualTo(
				Map.of("prompt_tokens", 110L, "completion_tokens", 5L, "tokens", 115L, "prompt_cached_tokens", 100L));
	}

	@Test
	void googleCountsThoughtsApart() {
		assertThat(TokenCounts.of(new GoogleGenAiUsage(10, 5, 45, "usage")))
			.isEqualTo(Map.of("prompt_tokens", 10L, "completion_tokens", 35L, "tokens", 45L, "prompt_cached_tokens", 4L,
					"completion_reasoning_tokens", 30L, "prompt_audio_tokens", 2L, "completion_image_tokens", 5L));
	}

	@Test
	void deepSeekIsReadByItsFields() {
		DeepSeekApi.Usage usage = new DeepSeekApi.Usage(0, 20, 20, new DeepSeekApi.Usage.PromptTokensDetails(8));
		assertThat(TokenCounts.of(new DefaultUsage(20, 0, 20, usage))).isEqualTo(
				Map.of("prompt_tokens", 20L, "completion_tokens", 0L, "tokens", 20L, "prompt_cached_tokens", 8L));
		DeepSeekApi.Usage partly = new DeepSeekApi.Usage(null, 20, null, null);
		assertThat(TokenCounts.of(new DefaultUsage(20, null, null, partly))).isEqualTo(Map.of("prompt_tokens", 20L));
	}

	@Test
	void zerosOfSpringAiAreNotReported() {
		assertThat(TokenCounts.of(new EmptyUsage())).isEmpty();
		assertThat(TokenCounts.of(new DefaultUsage(0, 0))).isEmpty();
		assertThat(TokenCounts.of(new DefaultUsage(20, null, null, null))).isEqualTo(Map.of("prompt_tokens", 20L));
		assertThat(TokenCounts.of(new DefaultUsage(null, 5, 25, null)))
			.isEqualTo(Map.of("completion_tokens", 5L, "tokens", 25L));
		assertThat(TokenCounts.of(new DefaultUsage(20, 5)))
			.isEqualTo(Map.of("prompt_tokens", 20L, "completion_tokens", 5L, "tokens", 25L));
		assertThat(TokenCounts.of(new DefaultUsage(-1, 5, -1, null))).isEqualTo(Map.of("completion_tokens", 5L));
	}

	private static CompletionUsage.Builder openAi() {
		return CompletionUsage.builder().promptTokens(20).completionTokens(5).totalTokens(25);
	}

	private static com.anthropic.models.messages.Usage.Builder anthropic() {
		return com.anthropic.models.messages.Usage.builder()
			.cacheCreationInputTokens(2042)
			.cacheReadInputTokens(10)
			.inputTokens(58)
			.outputTokens(42)
			.inferenceGeo(Optional.empty())
			.outputTokensDetails(Optional.empty())
			.serverToolUse(Optional.empty())
			.serviceTier(Optional.empty());
	}

}
