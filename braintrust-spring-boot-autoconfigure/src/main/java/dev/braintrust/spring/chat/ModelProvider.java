package dev.braintrust.spring.chat;

import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * Tells the provider of a model, the one whose prices apply: by the options that Spring
 * AI makes for it, and for models behind OpenAI's or Anthropic's interface by the host in
 * those options. A host that is not known here is named as it is. A loopback address is a
 * proxy or a test, and is named for the provider of the interface, except at Ollama's
 * port.
 * <p>
 * Options that Boot makes for OpenAI's model do not have the URL of
 * {@code spring.ai.openai.base-url}; there the user has to name the provider.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#metadata">Braintrust's
 * instrumentation guide, "Metadata"</a>
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-proxy/blob/main/packages/proxy/schema/index.ts">Braintrust's
 * names of providers, {@code EndpointProviderToBaseURL}</a>
 */
final class ModelProvider {

	private static final String OLLAMA_PORT = ":11434";

	// By the end of the host, the longest first. Braintrust's names; it has none for
	// DeepSeek, GitHub, Hugging Face and NVIDIA.
	private static final Map<String, String> HOSTS = Map.ofEntries(Map.entry("openai.com", "openai"),
			Map.entry("anthropic.com", "anthropic"), Map.entry("openai.azure.com", "azure"),
			Map.entry("cognitiveservices.azure.com", "azure"), Map.entry("ai.azure.com", "azure"),
			Map.entry("generativelanguage.googleapis.com", "google"), Map.entry("googleapis.com", "vertex"),
			Map.entry("perplexity.ai", "perplexity"), Map.entry("replicate.com", "replicate"),
			Map.entry("together.xyz", "together"), Map.entry("together.ai", "together"),
			Map.entry("mistral.ai", "mistral"), Map.entry("groq.com", "groq"), Map.entry("lepton.run", "lepton"),
			Map.entry("fireworks.ai", "fireworks"), Map.entry("baseten.co", "baseten"),
			Map.entry("cerebras.ai", "cerebras"), Map.entry("x.ai", "xAI"), Map.entry("cohere.com", "cohere"),
			Map.entry("cohere.ai", "cohere"), Map.entry("openrouter.ai", "openrouter"),
			Map.entry("databricks.com", "databricks"), Map.entry("azuredatabricks.net", "databricks"),
			Map.entry("braintrust.dev", "braintrust"), Map.entry("deepseek.com", "deepseek"),
			Map.entry("github.ai", "github"), Map.entry("models.inference.ai.azure.com", "github"),
			Map.entry("nvidia.com", "nvidia"), Map.entry("huggingface.co", "huggingface"));

	private ModelProvider() {
	}

	/**
	 * The provider that a prompt goes to.
	 * @param prompt the prompt
	 * @param override the name that the user gives the provider, or {@code null}
	 * @return the name of the provider, or {@code null} where the options do not tell
	 */
	static @Nullable String of(Prompt prompt, @Nullable String override) {
		if (override != null) {
			return override;
		}
		ChatOptions options = prompt.getOptions();
		ModelApi api = ModelApi.of(options);
		return switch (api) {
			case OPENAI -> (options != null) ? OpenAiParameters.provider(options) : null;
			case ANTHROPIC -> (options != null) ? AnthropicParameters.provider(options) : null;
			case OTHER -> {
				String module = ModelApi.module(options);
				yield module.isEmpty() ? null : module;
			}
			default -> api.provider();
		};
	}

	/**
	 * The provider that is called at a URL.
	 * @param baseUrl the URL, or {@code null} for that of the provider itself
	 * @param api the provider of the interface
	 * @return the name of the provider
	 */
	static String at(@Nullable String baseUrl, String api) {
		int scheme = (baseUrl != null) ? baseUrl.indexOf("://") : -1;
		if (baseUrl == null || scheme < 0) {
			return api;
		}
		int start = scheme + 3;
		int end = start;
		while (end < baseUrl.length() && "/?#".indexOf(baseUrl.charAt(end)) < 0) {
			end++;
		}
		start = Math.max(start, baseUrl.lastIndexOf('@', end - 1) + 1);
		String authority = baseUrl.substring(start, end).toLowerCase(Locale.ROOT);
		String host = authority.startsWith("[") ? authority.substring(0, authority.indexOf(']') + 1)
				: authority.substring(0, (authority.indexOf(':') < 0) ? authority.length() : authority.indexOf(':'));
		if (isLoopback(host)) {
			return authority.endsWith(OLLAMA_PORT) ? "ollama" : api;
		}
		String known = known(host);
		return (known != null) ? known : (host.isEmpty() ? api : host);
	}

	private static boolean isLoopback(String host) {
		return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
	}

	private static @Nullable String known(String host) {
		if (host.startsWith("bedrock-") && host.endsWith(".amazonaws.com")) {
			return "bedrock";
		}
		int dot = -1;
		do {
			String name = HOSTS.get(host.substring(dot + 1));
			if (name != null) {
				return name;
			}
			dot = host.indexOf('.', dot + 1);
		}
		while (dot >= 0);
		return null;
	}

}
