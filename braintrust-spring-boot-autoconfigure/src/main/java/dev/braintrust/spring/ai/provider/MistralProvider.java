package dev.braintrust.spring.ai.provider;

/**
 * Mistral's models. Like DeepSeek's, their options and usage have the same fields as
 * OpenAI's.
 */
final class MistralProvider extends DeepSeekProvider {

	static final Provider INSTANCE = new MistralProvider();

	private MistralProvider() {
		super("mistral");
	}

}
