package dev.braintrust.spring.ai.provider;

/**
 * Mistral, whose options and usage are OpenAI's by their fields too.
 */
final class MistralProvider extends DeepSeekProvider {

	static final Provider INSTANCE = new MistralProvider();

	private MistralProvider() {
		super("mistral");
	}

}
