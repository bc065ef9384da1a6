package dev.braintrust.spring.ai.provider;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * Tells the provider of a model, the one whose prices apply: by the options that Spring
 * AI makes for it, and for models behind OpenAI's or Anthropic's interface by the host in
 * those options. The name that the user gives counts where the options do not tell, and
 * where those of OpenAI's model have no URL that tells.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#metadata">Braintrust's
 * instrumentation guide, "Metadata"</a>
 */
public final class ModelProvider {

	private ModelProvider() {
	}

	public static @Nullable String of(Prompt prompt, @Nullable String fallback) {
		ChatOptions options = prompt.getOptions();
		ModelApi api = ModelApi.of(options);
		return switch (api) {
			case OPENAI -> {
				String provider = (options != null) ? OpenAiEndpoint.provider(options) : null;
				yield (provider != null) ? provider : ((fallback != null) ? fallback : api.provider());
			}
			case ANTHROPIC -> {
				String provider = (options != null) ? AnthropicParameters.provider(options) : null;
				yield (provider != null) ? provider : api.provider();
			}
			case OTHER -> {
				String module = ModelApi.module(options);
				yield module.isEmpty() ? fallback : module;
			}
			default -> api.provider();
		};
	}

}
