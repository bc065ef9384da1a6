package dev.braintrust.spring.content.library;

import com.openai.core.ObjectMappers;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ValueSerializer;

/**
 * Requests and answers of OpenAI's client, by the mapper that it sends them with.
 */
final class OpenAiTypes {

	private final ProviderTypes types = new ProviderTypes("com.openai.", ObjectMappers::jsonMapper);

	@Nullable ValueSerializer<?> find(Class<?> type) {
		return this.types.find(type);
	}

}
