package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.ai.message.CapturedMessage;
import dev.braintrust.spring.ai.message.ChatChoices;
import dev.braintrust.spring.ai.provider.Provider;
import dev.braintrust.spring.ai.provider.Provider.Reasoning;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.content.Media;
import org.springframework.util.StringUtils;

/**
 * A choice, as received so far. A single message is kept unchanged. From the second
 * message on, they are merged, which costs one append for each chunk.
 */
final class PartialChoice {

	private final Provider provider;

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

	PartialChoice(Provider provider, int index) {
		this.provider = provider;
		this.index = index;
	}

	int index() {
		return this.index;
	}

	// Add a result or a chunk. Return whether it has content.
	boolean add(Generation generation) {
		ChatGenerationMetadata metadata = generation.getMetadata();
		if (metadata != null && StringUtils.hasText(metadata.getFinishReason())) {
			this.finishReason = metadata.getFinishReason();
		}
		AssistantMessage message = generation.getOutput();
		if (this.provider.isThought(message)) {
			return addThought(message);
		}
		if (!this.merged && this.whole == null) {
			this.whole = message;
			return StringUtils.hasLength(message.getText()) || message.hasToolCalls() || !message.getMedia().isEmpty()
					|| CapturedMessage.reasoning(message) != null || CapturedMessage.refusal(message) != null;
		}
		startMerging();
		return merge(message);
	}

	private boolean addThought(AssistantMessage message) {
		if (!this.provider.repeatsThoughts() && message.getText() != null) {
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
		// The reasoning is read from the last chunk at the end.
		return (content && this.provider.reasoning() == Reasoning.WHOLE) || mergeReasoning(message) || content;
	}

	private boolean mergeReasoning(AssistantMessage message) {
		String refusal = CapturedMessage.refusal(message);
		if (refusal != null) {
			this.refusal = append(this.refusal, refusal);
		}
		String reasoning = CapturedMessage.reasoning(message);
		if (reasoning == null) {
			return refusal != null;
		}
		if (this.provider.reasoning() != Reasoning.WHOLE) {
			addReasoning(reasoning);
		}
		return true;
	}

	private void addReasoning(String chunk) {
		PartialReasoning reasoning = this.reasoning;
		if (reasoning == null) {
			reasoning = new PartialReasoning(this.provider.reasoning() != Reasoning.PIECES_OR_WHOLE);
			this.reasoning = reasoning;
		}
		reasoning.add(chunk);
	}

	private static StringBuilder append(@Nullable StringBuilder builder, @Nullable String text) {
		return ((builder != null) ? builder : new StringBuilder()).append(text);
	}

	ChatChoices.Choice toChoice() {
		if (this.whole != null) {
			return new ChatChoices.Choice(this.index, this.finishReason, this.whole);
		}
		return new ChatChoices.Choice(this.index, this.finishReason, CapturedMessage.answer(string(this.text),
				this.media, this.toolCalls, mergedReasoning(), string(this.refusal)));
	}

	private @Nullable String mergedReasoning() {
		if (this.provider.reasoning() == Reasoning.WHOLE && this.last != null) {
			return CapturedMessage.reasoning(this.last);
		}
		// Google's models may return a thought without text.
		String reasoning = string(this.reasoning);
		return StringUtils.hasLength(reasoning) ? reasoning : null;
	}

	private static @Nullable String string(@Nullable Object text) {
		return (text != null) ? text.toString() : null;
	}

	/**
	 * The reasoning of a model, as received so far. It arrives in pieces or, from a model
	 * that wraps Spring AI's OpenAI model, as all text so far in each chunk. The first
	 * chunks decide: if each one starts with the previous one and some are longer, the
	 * stream repeats its text. After that, a chunk costs no more than a piece.
	 */
	private static final class PartialReasoning {

		// One match may be chance: "The", "There".
		private static final int SURE = 2;

		// References to the chunks before the decision. Repeated text may be long, so it
		// is not copied.
		private final List<String> untold = new ArrayList<>(0);

		private @Nullable StringBuilder pieces;

		private @Nullable String whole;

		private int growths;

		PartialReasoning(boolean inPieces) {
			this.pieces = inPieces ? new StringBuilder() : null;
		}

		void add(String chunk) {
			if (this.pieces != null) {
				this.pieces.append(chunk);
				return;
			}
			String before = this.whole;
			if (before == null || this.growths >= SURE) {
				this.whole = chunk;
			}
			else if (chunk.startsWith(before)) {
				this.untold.add(before);
				if (chunk.length() > before.length()) {
					this.whole = chunk;
					this.growths++;
				}
			}
			else {
				this.pieces = new StringBuilder().append(String.join("", this.untold)).append(before).append(chunk);
				this.untold.clear();
				this.whole = null;
			}
		}

		@Override
		public String toString() {
			return (this.pieces != null) ? this.pieces.toString() : ((this.whole != null) ? this.whole : "");
		}

	}

}
