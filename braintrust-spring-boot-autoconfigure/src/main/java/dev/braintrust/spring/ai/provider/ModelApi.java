package dev.braintrust.spring.ai.provider;

import java.util.List;

import dev.braintrust.spring.ai.message.MediaShape;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.prompt.ChatOptions;

/**
 * The model of Spring AI that a prompt goes to, told by the package of its options:
 * {@code org.springframework.ai.openai} is {@link #OPENAI}. It decides how answers,
 * options and usage are read; whose model it is, {@link ModelProvider} tells.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#span-naming">Braintrust's
 * instrumentation guide, "Span naming"</a>
 */
public enum ModelApi {

	ANTHROPIC("anthropic"), BEDROCK("bedrock"), DEEPSEEK("deepseek"), GOOGLE("google"), MISTRAL("mistralai"),
	OLLAMA("ollama"), OPENAI("openai"), OTHER("");

	private static final String PACKAGE = "org.springframework.ai.";

	private static final List<ModelApi> ALL = List.of(values());

	private final String segment;

	ModelApi(String segment) {
		this.segment = segment;
	}

	/**
	 * The model that options are for.
	 * @param options the options
	 * @return the model, {@link #OTHER} where the options do not tell
	 */
	public static ModelApi of(@Nullable ChatOptions options) {
		String name = name(options);
		for (int i = 0; i < ALL.size(); i++) {
			ModelApi api = ALL.get(i);
			int end = PACKAGE.length() + api.segment.length();
			if (name.startsWith(api.segment, PACKAGE.length()) && name.indexOf('.', PACKAGE.length()) == end) {
				return api;
			}
		}
		return OTHER;
	}

	/**
	 * The name of Spring AI's module for the model, as it stands in the package of the
	 * options or of a class that they extend.
	 * @param options the options
	 * @return the name, empty where the options belong to no model
	 */
	static String module(@Nullable ChatOptions options) {
		String name = name(options);
		int end = name.indexOf('.', PACKAGE.length());
		String module = (end > 0) ? name.substring(PACKAGE.length(), end) : "";
		// Options of Spring AI itself, which belong to no provider.
		return (module.equals("chat") || module.equals("model")) ? "" : module;
	}

	private static String name(@Nullable ChatOptions options) {
		Class<?> type = (options != null) ? options.getClass() : null;
		while (type != null && !type.getName().startsWith(PACKAGE)) {
			type = type.getSuperclass();
		}
		return (type != null) ? type.getName() : "";
	}

	/**
	 * The name of the span of a call, as the guide has it for the three it names; for all
	 * others the name of the format that they are recorded in.
	 * @return the name
	 */
	public String spanName() {
		return switch (this) {
			case ANTHROPIC -> "anthropic.messages.create";
			case GOOGLE -> "generate_content";
			default -> "Chat Completion";
		};
	}

	/**
	 * The shape that images and files have in the messages of the user.
	 * @return the shape
	 */
	public MediaShape mediaShape() {
		return switch (this) {
			case ANTHROPIC -> MediaShape.ANTHROPIC;
			case BEDROCK -> MediaShape.BEDROCK;
			default -> MediaShape.OPENAI;
		};
	}

	/**
	 * The name of the provider itself, by Braintrust's names.
	 * @return the name
	 */
	String provider() {
		return (this == MISTRAL) ? "mistral" : this.segment;
	}

}
