package dev.braintrust.spring.eval.score;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.braintrust.spring.eval.judge.JudgeTexts;
import dev.braintrust.spring.eval.judge.NoVerdictException;
import dev.braintrust.spring.eval.judge.Rubric;
import dev.braintrust.spring.eval.judge.Verdict;
import dev.braintrust.spring.eval.judge.VerdictConverter;
import dev.braintrust.spring.eval.value.JsonValues;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * A scorer that asks a model. The model first gives its reasons and then makes a choice,
 * which has a score. Both are recorded as {@code metadata.rationale} and
 * {@code metadata.choice} of the score.
 * <p>
 * If an answer does not contain any of the choices, the model is asked once more. If the
 * second answer does not contain one either, or if a call fails, the row has a scorer
 * error and no score.
 * <p>
 * Immutable: each method returns a new judge.
 *
 * <pre class="code">
 * Scorers.judge("tone", chat).prompt("Is this reply polite?\n&lt;reply&gt;{{output}}&lt;/reply&gt;").choice("yes", 1).choice("no", 0)
 * </pre>
 *
 * @see Scorers#judge(String, ChatClient)
 */
public final class Judge implements Scorer<Object, Object, Object> {

	private final String name;

	private final ChatClient client;

	private final Rubric rubric;

	private final Map<String, Double> choices;

	private final int votes;

	private final JsonValues values = new JsonValues();

	Judge(String name, ChatClient client, Rubric rubric, Map<String, Double> choices, int votes) {
		this.name = name;
		this.client = client;
		this.rubric = rubric;
		this.choices = Collections.unmodifiableMap(choices);
		this.votes = votes;
	}

	/**
	 * Add a choice, or change the score of a choice.
	 * @param choice the choice, a word or a letter that the prompt explains
	 * @param score its score, from 0 to 1
	 * @return a new judge
	 */
	public Judge choice(String choice, double score) {
		Assert.hasText(choice, "'choice' must not be empty");
		Assert.isTrue(score >= 0 && score <= 1, "'score' must be between 0 and 1");
		Map<String, Double> all = new LinkedHashMap<>(this.choices);
		all.put(choice, score);
		return new Judge(this.name, this.client, this.rubric, all, this.votes);
	}

	/**
	 * Ask several times and use the mean of the scores. The recorded choice is the most
	 * frequent one.
	 * @param votes the number of times to ask, 1 by default
	 * @return a new judge
	 */
	public Judge votes(int votes) {
		Assert.isTrue(votes > 0, "'votes' must be positive");
		return new Judge(this.name, this.client, this.rubric, this.choices, votes);
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public List<Score> score(Scoring<?, ?, ?> it) {
		Assert.state(this.choices.size() > 1,
				() -> "The judge '" + this.name + "' needs at least two choices. Add them by 'choice(…)'.");
		String question = this.rubric.render((variable) -> value(it, variable));
		ChatClient traced = it.traced(this.name, this.client);
		List<Verdict> verdicts = new ArrayList<>();
		for (int i = 0; i < this.votes; i++) {
			verdicts.add(ask(traced, question));
		}
		return List.of(score(verdicts));
	}

	private String value(Scoring<?, ?, ?> it, String variable) {
		return switch (variable) {
			case "input" -> this.values.text(it.input());
			case "output" -> this.values.text(it.output());
			case "expected" -> this.values.text(it.expectedOrFail());
			default -> metadata(it, variable.substring(variable.indexOf('.') + 1));
		};
	}

	private String metadata(Scoring<?, ?, ?> it, String key) {
		Object value = it.metadata().get(key);
		Assert.state(value != null,
				() -> "The judge '" + this.name + "' needs the metadata '" + key + "', which the case does not have");
		return this.values.text(value);
	}

	private Verdict ask(ChatClient client, String question) {
		try {
			return ask(client, List.of(new UserMessage(question)));
		}
		catch (NoVerdictException ex) {
			List<Message> messages = new ArrayList<>(List.of(new UserMessage(question)));
			// Providers refuse an empty message.
			if (!ex.answer().isBlank()) {
				messages.add(new AssistantMessage(ex.answer()));
				messages.add(new UserMessage(JudgeTexts.again()));
			}
			return ask(client, messages);
		}
	}

	private Verdict ask(ChatClient client, List<Message> messages) {
		VerdictConverter converter = new VerdictConverter(this.choices.keySet());
		ChatResponse response = client.prompt()
			.system(JudgeTexts.system())
			.messages(messages)
			.call()
			.responseEntity(converter)
			.response();
		return converter.verdict((response != null) ? answer(response) : "");
	}

	// The reasoning of a model may be a separate result before the answer.
	private static String answer(ChatResponse response) {
		String answer = "";
		for (Generation result : response.getResults()) {
			String text = result.getOutput().getText();
			answer = StringUtils.hasText(text) ? text : answer;
		}
		return answer;
	}

	private Score score(List<Verdict> verdicts) {
		double mean = verdicts.stream().mapToDouble(this::score).average().orElseThrow();
		List<String> all = verdicts.stream().map(Verdict::choice).toList();
		Verdict most = verdicts.get(0);
		for (Verdict verdict : verdicts) {
			most = (Collections.frequency(all, verdict.choice()) > Collections.frequency(all, most.choice())) ? verdict
					: most;
		}
		Score score = Score.of(mean).because(most.reasons()).metadata("choice", most.choice());
		return (this.votes > 1) ? score.metadata("votes", all) : score;
	}

	private double score(Verdict verdict) {
		return Objects.requireNonNull(this.choices.get(verdict.choice()));
	}

}
