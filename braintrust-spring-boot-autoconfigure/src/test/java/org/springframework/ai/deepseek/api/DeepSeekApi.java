package org.springframework.ai.deepseek.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A copy of Spring AI's class of this name, with the members that are read.
 */
public final class DeepSeekApi {

	private DeepSeekApi() {
	}

	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record Usage(@JsonProperty("completion_tokens") Integer completionTokens,
			@JsonProperty("prompt_tokens") Integer promptTokens, @JsonProperty("total_tokens") Integer totalTokens,
			@JsonProperty("prompt_tokens_details") PromptTokensDetails promptTokensDetails) {

		public record PromptTokensDetails(@JsonProperty("cached_tokens") Integer cachedTokens) {

		}

	}

}
