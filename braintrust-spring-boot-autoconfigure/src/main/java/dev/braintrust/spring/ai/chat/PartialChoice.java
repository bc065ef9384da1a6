package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.ai.message.AnswerContent;
import dev.braintrust.spring.ai.message.ChatChoices;
import dev.braintrust.spring.ai.provider.ModelApi;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.content.Media;
import org.springframework.util.StringUtils;

/**
 * A choice, as far as it has arrived. One message is kept as it is; from the second on
 * they are put together, and a chunk costs an append.
 */
final class PartialChoice {

	private final ModelApi api;

	private final int index;

	private @Nullable AssistantMessage whole;

	private boolean merged;

	private @Nullable StringBuilder text;

	private @Nullable PartialReasoning reasoning;

	private @Nullable StringBuilder refusal;

	private @Nullable AssistantMessage last;

	private final List<AssistantMessage.ToolCall> toolCalls = new ArrayList<>(0);

	private final List<Media> media = new ArrayList<>(0);

	private @Nullable String finishReason;

	PartialChoice(ModelApi api, int index) {
		this.api = api;
		this.index = index;
	}

	int index() {
		return this.index;
	}

	// Add a result or a chunk.
	boolean add(Generation generation) {
		ChatGenerationMetadata metadata = generation.getMetadata();
		if (metadata != null && StringUtils.hasText(metadata.getFinishReason())) {
			this.finishReason = metadata.getFinishReason();
		}
		AssistantMessage message = generation.getOutput();
		if (isThought(message)) {
			return addThought(message);
		}
		if (!this.merged && this.whole == null) {
			this.whole = message;
			return StringUtils.hasLength(message.getText()) || message.hasToolCalls() || !message.getMedia().isEmpty()
					|| AnswerContent.reasoning(message) != null || AnswerContent.refusal(message) != null;
		}
		startMerging();
		return merge(message);
	}

	// Google and Anthropic give what the model thought in results of their own.
	private boolean isThought(AssistantMessage message) {
		Map<String, Object> metadata = message.getMetadata();
		return switch (this.api) {
			case GOOGLE -> Boolean.TRUE.equals(metadata.get("isThought"));
			// The type of the message is in the metadata always.
			case ANTHROPIC -> metadata.size() > 1 && (metadata.containsKey("thinking")
					|| metadata.containsKey("signature") || metadata.containsKey("data"));
			default -> false;
		};
	}

	private boolean addThought(AssistantMessage message) {
		// Anthropic's last result has all its thoughts once more.
		if (this.api == ModelApi.GOOGLE && message.getText() != null) {
			startMerging();
			addReasoning(message.getText());
		}
		return true;
	}

	private void startMerging() {
		this.merged = true;
		if (this.whole != null) {
			merge(this.whole);
			this.whole = null;
		}
	}

	private boolean merge(AssistantMessage message) {
		String text = message.getText();
		boolean content = StringUtils.hasLength(text);
		if (text != null) {
			this.text = append(this.text, text);
		}
		if (message.hasToolCalls()) {
			this.toolCalls.addAll(message.getToolCalls());
			content = true;
		}
		if (!message.getMedia().isEmpty()) {
			this.media.addAll(message.getMedia());
			content = true;
		}
		this.last = message;
		// Each chunk of OpenAI's has all that the model has thought so far, and the last
		// one is asked in the end.
		return (content && this.api == ModelApi.OPENAI) || mergeReasoning(message) || content;
	}

	private boolean mergeReasoning(AssistantMessage message) {
		String refusal = AnswerContent.refusal(message);
		if (refusal != null) {
			this.refusal = append(this.refusal, refusal);
		}
		String reasoning = AnswerContent.reasoning(message);
		if (reasoning == null) {
			return refusal != null;
		}
		if (this.api != ModelApi.OPENAI) {
			addReasoning(reasoning);
		}
		return true;
	}

	private void addReasoning(String chunk) {
		PartialReasoning reasoning = this.reasoning;
		if (reasoning == null) {
			reasoning = new PartialReasoning(this.api != ModelApi.OTHER);
			this.reasoning = reasoning;
		}
		reasoning.add(chunk);
	}

	private static StringBuilder append(@Nullable StringBuilder builder, @Nullable String text) {
		return ((builder != null) ? builder : new StringBuilder()).append(text);
	}

	private AssistantMessage message() {
		if (this.whole != null) {
			return this.whole;
		}
		Map<String, Object> properties = new LinkedHashMap<>();
		String reasoning = reasoning();
		if (reasoning != null) {
			properties.put(AnswerContent.REASONING, reasoning);
		}
		if (this.refusal != null) {
			properties.put(AnswerContent.REFUSAL, this.refusal.toString());
		}
		return AssistantMessage.builder()
			.content((this.text != null) ? this.text.toString() : null)
			.properties(properties)
			.toolCalls(List.copyOf(this.toolCalls))
			.media(List.copyOf(this.media))
			.build();
	}

	private @Nullable String reasoning() {
		if (this.api == ModelApi.OPENAI && this.last != null) {
			return AnswerContent.reasoning(this.last);
		}
		return (this.reasoning != null) ? this.reasoning.toString() : null;
	}

	ChatChoices.Choice toChoice() {
		return new ChatChoices.Choice(this.index, this.finishReason, message());
	}

}
