package dev.braintrust.spring.autoconfigure.diagnostics;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The types of Spring AI that projects know, by name: the class path may have no Spring
 * AI.
 */
final class SpringAiTypes {

	private static final List<String> TRACED = List.of("org.springframework.ai.chat.client.ChatClient",
			"org.springframework.ai.chat.client.ChatClient$Builder", "org.springframework.ai.model.Model",
			"org.springframework.ai.model.StreamingModel");

	private static final List<String> CHAT_MODEL = List.of("org.springframework.ai.chat.model.ChatModel");

	private SpringAiTypes() {
	}

	// Whether a type is one that is traced, or that says itself why it is not.
	static boolean isTraced(Class<?> type) {
		return isOneOf(type, TRACED);
	}

	static boolean isChatModel(Class<?> type) {
		return isOneOf(type, CHAT_MODEL);
	}

	private static boolean isOneOf(@Nullable Class<?> type, List<String> names) {
		if (type == null) {
			return false;
		}
		for (Class<?> parent : type.getInterfaces()) {
			if (isOneOf(parent, names)) {
				return true;
			}
		}
		return names.contains(type.getName()) || isOneOf(type.getSuperclass(), names);
	}

}
