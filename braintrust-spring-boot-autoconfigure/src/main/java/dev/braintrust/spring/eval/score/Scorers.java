package dev.braintrust.spring.eval.score;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

import dev.braintrust.spring.eval.value.JsonSchema;
import dev.braintrust.spring.eval.value.JsonValues;
import dev.braintrust.spring.eval.value.Levenshtein;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.evaluation.Evaluator;
import org.springframework.util.Assert;

/**
 * The scorers that come with the starter, such as {@code Scorers.exactMatch()}. A scorer
 * that compares the output with the expected output fails if the case has no expected
 * output. Values other than texts are compared as JSON. Methods with types of Spring AI
 * need it on the class path.
 */
public final class Scorers {

	private Scorers() {
	}

	/**
	 * Your own scorer.
	 * @param name its name, unique in an experiment
	 * @param score returns the score of a row, from 0 to 1; it must be thread-safe
	 * @param <I> the type of the inputs
	 * @param <O> the type of the outputs
	 * @param <E> the type of the expected outputs
	 * @return the scorer
	 */
	public static <I, O, E> Scorer<I, O, E> of(String name, ToDoubleFunction<? super Scoring<I, O, E>> score) {
		Assert.notNull(score, "'score' must not be null");
		return new FunctionScorer<>(name, (it) -> List.of(Score.of(score.applyAsDouble(it))));
	}

	/**
	 * Scores 1 if the output equals the expected output, else 0. Values other than texts
	 * are compared as JSON: the order of properties does not matter, and 1.0 equals 1. A
	 * text equals an object or an array if it is its JSON.
	 * @return the scorer {@code exactMatch}
	 */
	public static Scorer<Object, Object, Object> exactMatch() {
		return new ExactMatch();
	}

	/**
	 * Scores 1 if the output contains the expected output, else 0.
	 * @return the scorer {@code contains}
	 */
	public static Scorer<Object, Object, Object> contains() {
		return ComparedTexts.of("contains", (output, expected) -> output.contains(expected) ? 1 : 0);
	}

	/**
	 * Scores 1 if the output contains the expected output, ignoring case, else 0.
	 * @return the scorer {@code contains}
	 */
	public static Scorer<Object, Object, Object> containsIgnoringCase() {
		return ComparedTexts.of("contains", (output,
				expected) -> output.toLowerCase(Locale.ROOT).contains(expected.toLowerCase(Locale.ROOT)) ? 1 : 0);
	}

	/**
	 * Scores 1 if the expected regular expression is found in the output, else 0.
	 * @return the scorer {@code regex}
	 */
	public static Scorer<Object, Object, Object> regex() {
		return new FoundPattern(new JsonValues(), null);
	}

	/**
	 * Scores 1 if a regular expression is found in the output, else 0. To match the whole
	 * output, begin the expression with {@code ^} and end it with {@code $}.
	 * @param regex the expression, in the syntax of {@link Pattern}
	 * @return the scorer {@code regex}
	 */
	public static Scorer<Object, Object, Object> regex(String regex) {
		return new FoundPattern(new JsonValues(), Pattern.compile(regex));
	}

	/**
	 * Scores how similar the output is to the expected output: 1 minus the Levenshtein
	 * distance divided by the length of the longer text. Two empty texts score 1. Two
	 * texts of more than 300,000 characters each take too long and are a scorer error.
	 * @return the scorer {@code levenshtein}
	 */
	public static Scorer<Object, Object, Object> levenshtein() {
		return ComparedTexts.of("levenshtein", Levenshtein::similarity);
	}

	/**
	 * Scores how close the output is to the expected number: 1 minus their difference
	 * divided by the sum of their absolute values. Two zeros score 1. A text that
	 * contains a number counts as a number; any other value is a scorer error.
	 * @return the scorer {@code numericDiff}
	 */
	public static Scorer<Object, Object, Object> numericDiff() {
		return new NumericDiff();
	}

	/**
	 * Scores how similar the JSON of the output and of the expected output is. An object
	 * scores the mean of its properties, an array the mean of its items, a text like
	 * {@link #levenshtein()} and a number like {@link #numericDiff()}. A property or an
	 * item that only one has scores 0. The text of a JSON object or array is compared as
	 * JSON.
	 * @return the scorer {@code jsonDiff}
	 */
	public static Scorer<Object, Object, Object> jsonDiff() {
		return new JsonDiff();
	}

	/**
	 * Scores 1 if the output is a JSON object or array, or its text, else 0. It needs no
	 * expected output.
	 * @return the scorer {@code validJson}
	 */
	public static Scorer<Object, Object, Object> validJson() {
		return new ValidJson(new JsonValues(), null);
	}

	/**
	 * Scores 1 if the output is JSON, or the text of JSON, that matches a schema, else 0.
	 * It needs no expected output. The optional library
	 * {@code com.networknt:json-schema-validator} comes with Spring AI's
	 * {@code ChatClient}.
	 * @param schema the JSON schema, of draft 2020-12 unless it names another draft;
	 * nothing is loaded from the network
	 * @return the scorer {@code validJson}
	 * @throws IllegalStateException if the library is missing
	 */
	public static Scorer<Object, Object, Object> validJson(String schema) {
		return new ValidJson(new JsonValues(), JsonSchema.of(schema, Scorers.class.getClassLoader()));
	}

	/**
	 * Scores how similar the items of the output are to the items of the expected list,
	 * in any order: the sum of the best pairs divided by the length of the longer list.
	 * @param pairwise scores two items, such as {@link #levenshtein()}
	 * @return the scorer {@code listContains}
	 */
	public static Scorer<Object, Object, Object> listContains(Scorer<Object, Object, Object> pairwise) {
		return new ListContains(new JsonValues(), pairwise, false);
	}

	/**
	 * Like {@link #listContains}, but additional items of the output do not lower the
	 * score: the sum of the best pairs is divided by the length of the expected list.
	 * @param pairwise scores two items, such as {@link #levenshtein()}
	 * @return the scorer {@code listContains}
	 */
	public static Scorer<Object, Object, Object> listContainsWithExtras(Scorer<Object, Object, Object> pairwise) {
		return new ListContains(new JsonValues(), pairwise, true);
	}

	/**
	 * Scores the share of the given tools that have a span in the row. It needs no
	 * expected output.
	 * @param names the names of the tools
	 * @return the scorer {@code toolsUsed}
	 */
	public static Scorer<Object, Object, Object> toolsUsed(String... names) {
		return new ToolsUsed(List.of(names));
	}

	/**
	 * A model that judges outputs. With any client, its calls are spans of the
	 * experiment, below the span of the scorer.
	 *
	 * <pre class="code">
	 * Scorers.judge("factuality", this.judge).factuality().votes(3)
	 * </pre>
	 * @param name the name of the scorer, unique in an experiment
	 * @param client the client of the model, without memory, tools and retrieval
	 * @return the judge, which needs its question
	 */
	public static JudgeSpec judge(String name, ChatClient client) {
		return new JudgeSpec(name, client);
	}

	/**
	 * A model that judges outputs, with a client that the builder creates.
	 * @param name the name of the scorer, unique in an experiment
	 * @param builder the builder, which is not changed
	 * @return the judge, which needs its question
	 * @see #judge(String, ChatClient)
	 */
	public static JudgeSpec judge(String name, ChatClient.Builder builder) {
		return new JudgeSpec(name, builder);
	}

	/**
	 * Scores how similar the output and the expected output are in meaning, by the cosine
	 * of their embeddings: 0 up to a cosine of 0.7, and 1 for a cosine of 1.
	 * @param model the embedding model
	 * @return the scorer {@code embedding}
	 */
	public static Scorer<Object, Object, Object> embedding(EmbeddingModel model) {
		return embedding(model, EmbeddingSimilarity.EXPECTED_MIN);
	}

	/**
	 * Scores how similar the output and the expected output are in meaning, by the cosine
	 * of their embeddings.
	 * @param model the embedding model
	 * @param expectedMin the cosine that scores 0; unrelated texts are above 0 with most
	 * models
	 * @return the scorer {@code embedding}
	 */
	public static Scorer<Object, Object, Object> embedding(EmbeddingModel model, double expectedMin) {
		return new EmbeddingSimilarity(model, expectedMin);
	}

	/**
	 * An evaluator of Spring AI, such as its {@code RelevancyEvaluator}. Its calls are
	 * traced if you create it with a traced builder, such as the project's.
	 * @param name the name of the scorer, unique in an experiment
	 * @param evaluator the evaluator; it must be thread-safe
	 * @return the scorer
	 */
	public static EvaluatorScorer evaluator(String name, Evaluator evaluator) {
		return new EvaluatorScorer(name, evaluator);
	}

	/**
	 * A scorer of the project in Braintrust, in its latest version.
	 * @param slug the slug of the scorer in Braintrust, or its id
	 * @return the scorer, whose name is the slug
	 */
	public static HostedScorer braintrust(String slug) {
		return new HostedScorer(slug, null, slug);
	}

	/**
	 * A scorer of the project in Braintrust, in a given version.
	 * @param slug the slug of the scorer in Braintrust, or its id
	 * @param version the version
	 * @return the scorer, whose name is the slug
	 */
	public static HostedScorer braintrust(String slug, String version) {
		return new HostedScorer(slug, version, slug);
	}

}
