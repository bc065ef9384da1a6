package dev.braintrust.spring.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.braintrust.spring.payload.ChatChoices;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.EmptyUsage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.content.Media;
import org.springframework.util.StringUtils;

/**
 * The answer of a model, put together from one response or from the chunks of a stream.
 * Token counts are those of the last response that has any; what a provider does not
 * report is absent.
 */
final class ModelAnswer {

	private static final int MAX_CHOICES = 128;

	private final List<PartialChoice> choices = new ArrayList<>(1);

	private @Nullable String model;

	private @Nullable Usage usage;

	private boolean hasContent;

	/**
	 * Add a response or a chunk.
	 * @param response the response
	 * @return whether it is the first one with content
	 */
	synchronized boolean add(@Nullable ChatResponse response) {
		if (response == null) {
			return false;
		}
		if (StringUtils.hasText(response.getMetadata().getModel())) {
			this.model = response.getMetadata().getModel();
		}
		Usage usage = response.getMetadata().getUsage();
		if (usage != null && !(usage instanceof EmptyUsage)) {
			this.usage = usage;
		}
		boolean content = false;
		List<Generation> generations = response.getResults();
		for (int i = 0; i < generations.size(); i++) {
			content |= choice(generations.get(i), i).add(generations.get(i));
		}
		boolean first = content && !this.hasContent;
		this.hasContent |= content;
		return first;
	}

	// Chunks of several choices may come in any order; a provider's index tells them
	// apart.
	private PartialChoice choice(Generation generation, int position) {
		Object index = generation.getOutput().getMetadata().get("index");
		int number = (index instanceof Number given && given.intValue() >= 0 && given.intValue() < MAX_CHOICES)
				? given.intValue() : position;
		while (this.choices.size() <= number) {
			this.choices.add(new PartialChoice());
		}
		return this.choices.get(number);
	}

	synchronized @Nullable String model() {
		return this.model;
	}

	/**
	 * The text of the first choice.
	 * @return the text, or {@code null} where there is none
	 */
	synchronized @Nullable String text() {
		return this.choices.isEmpty() ? null : this.choices.get(0).text();
	}

	synchronized List<ChatChoices.Choice> choices() {
		return IntStream.range(0, this.choices.size()).mapToObj((i) -> this.choices.get(i).toChoice(i)).toList();
	}

	/**
	 * The token counts by the names of Braintrust's metrics.
	 * @return the counts that are reported
	 * @see <a href=
	 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/token-and-cost-metrics.md">Braintrust's
	 * specification, "Token and cost metrics"</a>
	 */
	synchronized Map<String, Long> tokens() {
		Map<String, Long> tokens = new LinkedHashMap<>();
		if (this.usage != null) {
			put(tokens, "prompt_tokens", this.usage.getPromptTokens());
			put(tokens, "completion_tokens", this.usage.getCompletionTokens());
			put(tokens, "tokens", this.usage.getTotalTokens());
			put(tokens, "prompt_cached_tokens", this.usage.getCacheReadInputTokens());
			put(tokens, "prompt_cache_creation_tokens", this.usage.getCacheWriteInputTokens());
		}
		return tokens;
	}

	private static void put(Map<String, Long> tokens, String name, @Nullable Number count) {
		if (count != null && count.longValue() >= 0) {
			tokens.put(name, count.longValue());
		}
	}

	/**
	 * A choice, as far as it has arrived.
	 */
	private static final class PartialChoice {

		private @Nullable StringBuilder text;

		private final List<AssistantMessage.ToolCall> toolCalls = new ArrayList<>(0);

		private final List<Media> media = new ArrayList<>(0);

		private @Nullable String finishReason;

		boolean add(Generation generation) {
			ChatGenerationMetadata metadata = generation.getMetadata();
			if (metadata != null && StringUtils.hasText(metadata.getFinishReason())) {
				this.finishReason = metadata.getFinishReason();
			}
			AssistantMessage message = generation.getOutput();
			String text = message.getText();
			if (text != null) {
				this.text = ((this.text != null) ? this.text : new StringBuilder()).append(text);
			}
			this.toolCalls.addAll(message.getToolCalls());
			this.media.addAll(message.getMedia());
			return (text != null && !text.isEmpty()) || message.hasToolCalls() || !message.getMedia().isEmpty();
		}

		@Nullable String text() {
			return (this.text != null) ? this.text.toString() : null;
		}

		ChatChoices.Choice toChoice(int index) {
			return new ChatChoices.Choice(index, this.finishReason,
					AssistantMessage.builder().content(text()).toolCalls(this.toolCalls).media(this.media).build());
		}

	}

}
