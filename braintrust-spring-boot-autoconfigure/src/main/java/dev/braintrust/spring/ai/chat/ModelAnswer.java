package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.ai.message.ChatChoices;
import dev.braintrust.spring.ai.provider.Provider;
import dev.braintrust.spring.ai.provider.TokenCounts;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.util.StringUtils;

/**
 * The answer of a model, put together from one response or from the chunks of a stream.
 * Token counts are those of the last response that has any; what a provider does not
 * report is absent.
 * <p>
 * The results of one response are choices, or the parts of one choice, as the provider
 * has it: Google gives a result for each part and the number of its candidate, Anthropic
 * and Bedrock give a result for each block of their one answer.
 * <p>
 * Not safe for use by several threads.
 */
final class ModelAnswer {

	private static final int MAX_CHOICES = 128;

	private final Provider provider;

	private final List<PartialChoice> choices = new ArrayList<>(1);

	private @Nullable String model;

	private @Nullable Usage usage;

	private boolean hasContent;

	ModelAnswer(Provider provider) {
		this.provider = provider;
	}

	// Add a response or a chunk. Returns whether it is the first one that has content. A
	// usage that cannot be read costs no content.
	boolean add(@Nullable ChatResponse response) {
		if (response == null) {
			return false;
		}
		boolean content = false;
		List<Generation> generations = response.getResults();
		for (int i = 0; i < generations.size(); i++) {
			content |= choice(generations.get(i), i).add(generations.get(i));
		}
		boolean first = content && !this.hasContent;
		this.hasContent |= content;
		if (StringUtils.hasText(response.getMetadata().getModel())) {
			this.model = response.getMetadata().getModel();
		}
		Usage usage = response.getMetadata().getUsage();
		// OpenAI's model gives every chunk a usage of zeros, but the last.
		if (usage != null && TokenCounts.isReported(usage)) {
			this.usage = usage;
		}
		return first;
	}

	boolean hasContent() {
		return this.hasContent;
	}

	// Chunks of several choices may come in any order; a provider's index tells them
	// apart.
	private PartialChoice choice(Generation generation, int position) {
		Object given = this.provider.choice(generation);
		int index = (given instanceof Number number && number.intValue() >= 0 && number.intValue() < MAX_CHOICES)
				? number.intValue() : position;
		for (int i = 0; i < this.choices.size(); i++) {
			if (this.choices.get(i).index() == index) {
				return this.choices.get(i);
			}
		}
		PartialChoice choice = new PartialChoice(this.provider, index);
		int place = this.choices.size();
		while (place > 0 && this.choices.get(place - 1).index() > index) {
			place--;
		}
		this.choices.add(place, choice);
		return choice;
	}

	@Nullable String model() {
		return this.model;
	}

	List<ChatChoices.Choice> choices() {
		List<ChatChoices.Choice> choices = new ArrayList<>(this.choices.size());
		for (PartialChoice choice : this.choices) {
			choices.add(choice.toChoice());
		}
		return choices;
	}

	// The token counts by the names of Braintrust's metrics.
	Map<String, Long> tokens() {
		return (this.usage != null) ? TokenCounts.of(this.usage) : Map.of();
	}

}
