package dev.braintrust.spring.ai.provider;

import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Finds the provider of a model by the host that it calls, for models that are called
 * with another provider's client. An unknown host is used as the name. A loopback address
 * is a proxy or a test and gives no name, except at Ollama's port.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-proxy/blob/main/packages/proxy/schema/index.ts">Braintrust's
 * names of providers, {@code EndpointProviderToBaseURL}</a>
 */
final class ProviderHost {

	private static final String OLLAMA_PORT = ":11434";

	// Braintrust's names by the end of the host; the longest match wins. Braintrust has
	// no names for DeepSeek, GitHub, Hugging Face and NVIDIA.
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

	private ProviderHost() {
	}

	// Return the provider at a URL.
	static @Nullable String provider(@Nullable String baseUrl) {
		int scheme = (baseUrl != null) ? baseUrl.indexOf("://") : -1;
		if (baseUrl == null || scheme < 0) {
			return null;
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
			return authority.endsWith(OLLAMA_PORT) ? "ollama" : null;
		}
		String known = known(host);
		return (known != null || host.isEmpty()) ? known : host;
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
