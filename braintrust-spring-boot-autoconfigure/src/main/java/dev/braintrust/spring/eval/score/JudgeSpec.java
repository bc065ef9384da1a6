package dev.braintrust.spring.eval.score;

import java.util.Map;

import dev.braintrust.spring.eval.judge.JudgeTexts;
import dev.braintrust.spring.eval.judge.Rubric;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.util.Assert;

/**
 * Chooses the question for a judge: a built-in one or your own.
 *
 * @see Scorers#judge(String, ChatClient)
 */
public final class JudgeSpec {

	private final String name;

	private final ChatClient client;

	JudgeSpec(String name, ChatClient.Builder builder) {
		this(name, built(builder));
	}

	JudgeSpec(String name, ChatClient client) {
		Assert.hasText(name, "'name' must not be empty");
		Assert.notNull(client, "'client' must not be null");
		this.name = name;
		this.client = client;
	}

	private static ChatClient built(ChatClient.Builder builder) {
		Assert.notNull(builder, "'builder' must not be null");
		return builder.build();
	}

	/**
	 * Judge whether the output states the same facts as the expected output. Scores 1 for
	 * the same facts or an irrelevant difference, 0.6 for more facts, 0.4 for fewer
	 * facts, and 0 for a contradiction.
	 * @return the judge
	 */
	public Judge factuality() {
		return prompt(JudgeTexts.factuality()).choice("A", 0.4)
			.choice("B", 0.6)
			.choice("C", 1)
			.choice("D", 0)
			.choice("E", 1);
	}

	/**
	 * Judge whether the output meets the criteria in {@code metadata.criteria} of the
	 * case. Scores 1 or 0.
	 * @return the judge
	 */
	public Judge closedQa() {
		return closedQa("{{metadata.criteria}}");
	}

	/**
	 * Judge whether the output meets criteria that are the same for all cases. Scores 1
	 * or 0.
	 * @param criteria the criteria, such as {@code "names a date"}
	 * @return the judge
	 */
	public Judge closedQa(String criteria) {
		Assert.hasText(criteria, "'criteria' must not be empty");
		return prompt(JudgeTexts.closedQa(criteria)).choice("Y", 1).choice("N", 0);
	}

	/**
	 * Judge whether the output is a better summary of the input than the expected output.
	 * Scores 1 or 0.
	 * @return the judge
	 */
	public Judge summary() {
		return prompt(JudgeTexts.summary()).choice("A", 0).choice("B", 1);
	}

	/**
	 * Judge whether the output translates the input as well as the expected output.
	 * Scores 1 or 0.
	 * @return the judge
	 */
	public Judge translation() {
		return prompt(JudgeTexts.translation()).choice("Y", 1).choice("N", 0);
	}

	/**
	 * Judge whether the output, an SQL query, returns the same result as the expected
	 * query. Scores 1 or 0.
	 * @return the judge
	 */
	public Judge sql() {
		return prompt(JudgeTexts.sql()).choice("Correct", 1).choice("Incorrect", 0);
	}

	/**
	 * Judge whether the output contains nothing malicious. Scores 1 or 0.
	 * @return the judge
	 */
	public Judge security() {
		return prompt(JudgeTexts.security()).choice("Yes", 0).choice("No", 1);
	}

	/**
	 * Judge whether the output tries to solve the task instead of calling it impossible.
	 * Scores 1 or 0.
	 * @return the judge
	 */
	public Judge possible() {
		return prompt(JudgeTexts.possible()).choice("A", 0).choice("B", 1);
	}

	/**
	 * Ask your own question. Write variables in double braces: {@code input},
	 * {@code output}, {@code expected} and {@code metadata.<key>}. Their values are data,
	 * so put them between tags: the starter instructs the judge to ignore instructions
	 * there. Explain each choice in the prompt, and add it with
	 * {@link Judge#choice(String, double)}. The starter adds the format of the answer.
	 * @param prompt the text of the question
	 * @return a judge without choices
	 */
	public Judge prompt(String prompt) {
		Assert.hasText(prompt, "'prompt' must not be empty");
		return new Judge(this.name, this.client, new Rubric(prompt), Map.of(), 1);
	}

}
