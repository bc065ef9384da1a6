package dev.braintrust.spring.chat;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.prompt.Prompt;

/**
 * Tells the provider of a model by the package of the options that Spring AI makes for
 * it: {@code org.springframework.ai.openai} is {@code openai}. The span of a call is
 * named as Braintrust's guide says for the three providers it names; for all others it is
 * {@code Chat Completion}, the name of the format they are recorded in.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#span-naming">Braintrust's
 * instrumentation guide, "Span naming"</a>
 */
final class ModelProvider {

	private static final String PACKAGE = "org.springframework.ai.";

	private static final Map<String, String> NAMES = Map.of("mistralai", "mistral", "vertexai", "google");

	private static final Map<String, String> SPAN_NAMES = Map.of("anthropic", "anthropic.messages.create", "google",
			"generate_content");

	private ModelProvider() {
	}

	/**
	 * The provider that a prompt goes to.
	 * @param prompt the prompt
	 * @return the name of the provider, or {@code null} where the options do not tell
	 */
	static @Nullable String of(Prompt prompt) {
		String type = (prompt.getOptions() != null) ? prompt.getOptions().getClass().getName() : "";
		int end = type.startsWith(PACKAGE) ? type.indexOf('.', PACKAGE.length()) : -1;
		if (end < 0) {
			return null;
		}
		String segment = type.substring(PACKAGE.length(), end);
		// Options of Spring AI itself, which belong to no provider.
		if (segment.equals("chat") || segment.equals("model")) {
			return null;
		}
		return NAMES.getOrDefault(segment, segment);
	}

	static String spanName(@Nullable String provider) {
		return (provider != null) ? SPAN_NAMES.getOrDefault(provider, "Chat Completion") : "Chat Completion";
	}

}
