package dev.braintrust.spring.content.library;

import com.anthropic.core.ObjectMappers;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ValueSerializer;

/**
 * Requests and answers of Anthropic's client, by the mapper that it sends them with.
 */
final class AnthropicTypes {

	private final ProviderTypes types = new ProviderTypes("com.anthropic.", ObjectMappers::jsonMapper);

	@Nullable ValueSerializer<?> find(Class<?> type) {
		return this.types.find(type);
	}

}
