package dev.braintrust.spring.ai.provider;

import org.springframework.ai.chat.model.Generation;

/**
 * Ollama's models.
 */
final class OllamaProvider extends Provider {

	static final Provider INSTANCE = new OllamaProvider();

	private OllamaProvider() {
		super("ollama");
	}

	@Override
	public Object choice(Generation result) {
		return 0;
	}

	@Override
	public Reasoning reasoning() {
		return Reasoning.PIECES;
	}

}
