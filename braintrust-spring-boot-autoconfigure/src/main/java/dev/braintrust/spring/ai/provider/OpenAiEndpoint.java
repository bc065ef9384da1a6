package dev.braintrust.spring.ai.provider;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.model.ModelOptions;
import org.springframework.ai.openai.AbstractOpenAiOptions;
import org.springframework.ai.openai.OpenAiChatOptions;

/**
 * Reads from the options of OpenAI's models whose endpoint they are for. Loaded only
 * where there are such options.
 * <p>
 * Options that Boot makes do not have the URL of {@code spring.ai.openai.base-url}; there
 * the user has to name the provider.
 */
public final class OpenAiEndpoint {

	private OpenAiEndpoint() {
	}

	// The provider that is called.
	public static @Nullable String provider(ModelOptions options) {
		if (options instanceof OpenAiChatOptions chat) {
			return provider(chat.isMicrosoftFoundry(), chat.isGitHubModels(), chat.getBaseUrl());
		}
		return ((Object) options instanceof AbstractOpenAiOptions other)
				? provider(other.isMicrosoftFoundry(), other.isGitHubModels(), other.getBaseUrl()) : null;
	}

	private static @Nullable String provider(boolean foundry, boolean gitHub, @Nullable String baseUrl) {
		if (foundry) {
			return "azure";
		}
		return gitHub ? "github" : ProviderHost.provider(baseUrl);
	}

}
