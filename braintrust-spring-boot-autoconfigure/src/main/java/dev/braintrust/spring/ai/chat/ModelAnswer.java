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
 * The answer of a model, assembled from one response or from the chunks of a stream. The
 * token counts come from the last response that reports any; counts that the provider
 * does not report are absent.
 * <p>
 * Depending on the provider, the results of one response are choices, or the parts of one
 * choice: Google returns a result for each part with the number of its candidate,
 * Anthropic and Bedrock return a result for each block of their single answer.
 * <p>
 * Not thread-safe.
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

	// Add a response or a chunk. Return whether it is the first one with content. The
	// content is added first, so it is kept if reading the usage fails.
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
		// OpenAI's model reports zeros as usage in each chunk except the last.
		if (usage != null && TokenCounts.isReported(usage)) {
			this.usage = usage;
		}
		return first;
	}

	boolean hasContent() {
		return this.hasContent;
	}

	// Chunks of several choices may arrive in any order; the provider's index identifies
	// the choice.
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

	// Return the token counts, named like Braintrust's metrics.
	Map<String, Long> tokens() {
		return (this.usage != null) ? TokenCounts.of(this.usage) : Map.of();
	}

}
