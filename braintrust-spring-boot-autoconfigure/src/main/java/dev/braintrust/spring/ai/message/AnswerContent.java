package dev.braintrust.spring.ai.message;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.chat.messages.AssistantMessage;

/**
 * What an assistant message carries beside its text: what the model thought, and why it
 * refused. Each of Spring AI's models has a place of its own for it.
 * <p>
 * What Bedrock's models thought stands in a type of Spring AI that shows it to nobody,
 * and is missing.
 */
public final class AnswerContent {

	public static final String REASONING = "reasoningContent";

	// The metadata that has why a model refused, as OpenAI's model writes it.
	public static final String REFUSAL = "refusal";

	private static final String MISTRAL_REASONING = "thinking_content";

	private static final String OLLAMA_REASONING = "thinking";

	private static final String ANTHROPIC_REASONING = "anthropicThinkingContents";

	// The names of all metadata that is read here.
	static final List<String> NAMES = List.of(REASONING, REFUSAL, MISTRAL_REASONING, OLLAMA_REASONING,
			ANTHROPIC_REASONING);

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private AnswerContent() {
	}

	// What a model thought.
	public static @Nullable String reasoning(AssistantMessage message) {
		Map<String, Object> metadata = message.getMetadata();
		// The type of the message is in the metadata always.
		if (metadata.size() > 1) {
			String text = text(metadata.get(REASONING));
			text = (text != null) ? text : text(metadata.get(MISTRAL_REASONING));
			text = (text != null) ? text : text(metadata.get(OLLAMA_REASONING));
			text = (text != null) ? text : anthropicReasoning(metadata.get(ANTHROPIC_REASONING));
			if (text != null) {
				return text;
			}
		}
		// DeepSeek's.
		return (message.getClass() != AssistantMessage.class) ? text(BeanProperty.read(message, REASONING)) : null;
	}

	// Why a model refused.
	public static @Nullable String refusal(AssistantMessage message) {
		return text(message.getMetadata().get(REFUSAL));
	}

	// What a message has by one of the names.
	static @Nullable Object value(AssistantMessage message, String name) {
		Object value = message.getMetadata().get(name);
		if (value instanceof List<?> blocks) {
			return blocks.isEmpty() ? null : blocks;
		}
		String text = text(value);
		// DeepSeek's.
		boolean bean = text == null && name.equals(REASONING) && message.getClass() != AssistantMessage.class;
		return bean ? text(BeanProperty.read(message, name)) : text;
	}

	private static @Nullable String text(@Nullable Object value) {
		return (value instanceof String text && !text.isEmpty()) ? text : null;
	}

	// A list of records that are not public, {"thinking", "signature", "redactedData"}.
	private static @Nullable String anthropicReasoning(@Nullable Object value) {
		if (!(value instanceof List<?> blocks)) {
			return null;
		}
		StringBuilder text = new StringBuilder();
		for (Object block : blocks) {
			String thinking = MAPPER.valueToTree(block).path("thinking").asString("");
			text.append((text.isEmpty() || thinking.isEmpty()) ? "" : "\n\n").append(thinking);
		}
		return text.isEmpty() ? null : text.toString();
	}

}
