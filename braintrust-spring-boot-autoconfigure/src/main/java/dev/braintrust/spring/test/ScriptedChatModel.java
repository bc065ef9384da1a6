package dev.braintrust.spring.test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import reactor.core.publisher.Flux;

import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * A chat model that answers from a script, for tests without a network and without an API
 * key. Calls and streams use the same script.
 *
 * <pre class="code">
 * ChatModel model = new ScriptedChatModel("On its way.");
 * ChatModel model = new ScriptedChatModel()
 *     .answers(ScriptedAnswer.tool("lookUpOrder", "{\"number\": 4711}"), ScriptedAnswer.text("On its way."))
 *     .answersTo("refund", ScriptedAnswer.text("I am sorry."));
 * </pre>
 *
 * Each prompt gets the next answer. An answer to certain prompts ({@code answersTo}) has
 * precedence and is given each time. If the script has no answer to a prompt, the call
 * throws an {@link IllegalStateException} with the prompt and the remaining answers. You
 * may call all methods from any thread.
 */
public final class ScriptedChatModel implements ChatModel {

	private final Deque<ScriptedAnswer> answers = new ArrayDeque<>();

	private final List<Rule> rules = new ArrayList<>();

	private final List<Prompt> prompts = new ArrayList<>();

	private String model = "scripted";

	/**
	 * Create a model.
	 * @param answers the texts of its answers, one for each prompt
	 */
	public ScriptedChatModel(String... answers) {
		for (String answer : answers) {
			this.answers.add(ScriptedAnswer.text(answer));
		}
	}

	/**
	 * Add texts as answers to the next prompts.
	 * @param texts the texts, one for each prompt
	 * @return this model
	 */
	public synchronized ScriptedChatModel answers(String... texts) {
		for (String text : texts) {
			this.answers.add(ScriptedAnswer.text(text));
		}
		return this;
	}

	/**
	 * Add answers to the next prompts.
	 * @param answers the answers, one for each prompt
	 * @return this model
	 */
	public synchronized ScriptedChatModel answers(ScriptedAnswer... answers) {
		this.answers.addAll(List.of(answers));
		return this;
	}

	/**
	 * Answer each prompt whose last message contains a text. Case is ignored.
	 * @param text the text
	 * @param answer the answer, given each time
	 * @return this model
	 */
	public ScriptedChatModel answersTo(String text, ScriptedAnswer answer) {
		Assert.hasText(text, "'text' must not be empty");
		return add(new Rule("prompts with '" + text + "'",
				(prompt) -> lastText(prompt).toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT)), answer));
	}

	/**
	 * Answer each prompt that meets a condition. If a prompt meets several, the first one
	 * applies.
	 * @param condition the condition
	 * @param answer the answer, given each time
	 * @return this model
	 */
	public ScriptedChatModel answersTo(Predicate<Prompt> condition, ScriptedAnswer answer) {
		Assert.notNull(condition, "'condition' must not be null");
		return add(new Rule("prompts that meet a condition", condition, answer));
	}

	private synchronized ScriptedChatModel add(Rule rule) {
		Assert.notNull(rule.answer(), "'answer' must not be null");
		this.rules.add(rule);
		return this;
	}

	/**
	 * Set the name of the model that answers if a prompt does not ask for a model. The
	 * default is {@code scripted}.
	 * @param model the name of the model
	 * @return this model
	 */
	public synchronized ScriptedChatModel model(String model) {
		Assert.hasText(model, "'model' must not be empty");
		this.model = model;
		return this;
	}

	/**
	 * The prompts that the model has received, in their order.
	 * @return the prompts
	 */
	public synchronized List<Prompt> prompts() {
		return List.copyOf(this.prompts);
	}

	/**
	 * The remaining answers, without the answers to certain prompts.
	 * @return the answers
	 */
	public synchronized List<ScriptedAnswer> left() {
		return List.copyOf(this.answers);
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		Turn turn = next(prompt);
		RuntimeException failure = turn.answer().failure();
		if (failure != null) {
			throw failure;
		}
		return turn.answer().response(turn.model(), turn.ids());
	}

	@Override
	public Flux<ChatResponse> stream(Prompt prompt) {
		return Flux.defer(() -> {
			Turn turn = next(prompt);
			Flux<ChatResponse> chunks = Flux.fromIterable(turn.answer().stream(turn.model(), turn.ids()));
			RuntimeException failure = turn.answer().failure();
			return (failure != null) ? chunks.concatWith(Flux.error(failure)) : chunks;
		});
	}

	private synchronized Turn next(Prompt prompt) {
		this.prompts.add(prompt);
		ChatOptions options = prompt.getOptions();
		String model = (options != null && StringUtils.hasText(options.getModel())) ? options.getModel() : this.model;
		return new Turn(answer(prompt), model, "call_" + this.prompts.size());
	}

	private ScriptedAnswer answer(Prompt prompt) {
		for (Rule rule : this.rules) {
			if (rule.condition().test(prompt)) {
				return rule.answer();
			}
		}
		ScriptedAnswer answer = this.answers.poll();
		if (answer == null) {
			throw new IllegalStateException("The script has no answer to prompt " + this.prompts.size()
					+ ", which ends with '" + lastText(prompt) + "'. " + (this.rules.isEmpty() ? "No answers are left."
							: "The remaining answers are for other prompts: " + this.rules + "."));
		}
		return answer;
	}

	// The text of the last message, or its tool results.
	private static String lastText(Prompt prompt) {
		List<Message> messages = prompt.getInstructions();
		Message last = messages.isEmpty() ? null : messages.get(messages.size() - 1);
		if (last instanceof ToolResponseMessage results) {
			return results.getResponses()
				.stream()
				.map((result) -> result.name() + " " + result.responseData())
				.collect(Collectors.joining(", "));
		}
		return (last != null && last.getText() != null) ? last.getText() : "";
	}

	@Override
	public synchronized ChatOptions getOptions() {
		return ToolCallingChatOptions.builder().model(this.model).build();
	}

	@Override
	public synchronized String toString() {
		return "ScriptedChatModel" + this.answers + this.rules;
	}

	private record Rule(String description, Predicate<Prompt> condition, ScriptedAnswer answer) {

		@Override
		public String toString() {
			return this.answer + " to " + this.description;
		}

	}

	private record Turn(ScriptedAnswer answer, String model, String ids) {
	}

}
