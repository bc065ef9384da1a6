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
 * that compares the output with the expected output fails if the case has none. Values
 * other than texts are compared as JSON. Methods with types of Spring AI need it on the
 * class path.
 */
public final class Scorers {

	private Scorers() {
	}

	/**
	 * A scorer of yours.
	 * @param name its name, unique in an experiment
	 * @param score gives the score of a row, from 0 to 1; it must be thread-safe
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
	 * 1 if the output equals what is expected, else 0. Values that are no texts are equal
	 * if their JSON is: the order of properties does not count, and 1.0 equals 1. A text
	 * equals an object or an array if it is the JSON of it.
	 * @return the scorer {@code exactMatch}
	 */
	public static Scorer<Object, Object, Object> exactMatch() {
		return new ExactMatch();
	}

	/**
	 * 1 if the output contains what is expected, else 0.
	 * @return the scorer {@code contains}
	 */
	public static Scorer<Object, Object, Object> contains() {
		return ComparedTexts.of("contains", (output, expected) -> output.contains(expected) ? 1 : 0);
	}

	/**
	 * 1 if the output contains what is expected, in upper or lower case, else 0.
	 * @return the scorer {@code contains}
	 */
	public static Scorer<Object, Object, Object> containsIgnoringCase() {
		return ComparedTexts.of("contains", (output,
				expected) -> output.toLowerCase(Locale.ROOT).contains(expected.toLowerCase(Locale.ROOT)) ? 1 : 0);
	}

	/**
	 * 1 if the regular expression that is expected is found in the output, else 0.
	 * @return the scorer {@code regex}
	 */
	public static Scorer<Object, Object, Object> regex() {
		return new FoundPattern(new JsonValues(), null);
	}

	/**
	 * 1 if a regular expression is found in the output, else 0. To match the whole
	 * output, begin the expression with {@code ^} and end it with {@code $}.
	 * @param regex the expression of {@link Pattern}
	 * @return the scorer {@code regex}
	 */
	public static Scorer<Object, Object, Object> regex(String regex) {
		return new FoundPattern(new JsonValues(), Pattern.compile(regex));
	}

	/**
	 * How similar the output is to what is expected: 1 less the Levenshtein distance,
	 * divided by the length of the longer text. Two empty texts score 1. Two texts of
	 * more than 300,000 characters each are an error of the scorer, because they would
	 * take long.
	 * @return the scorer {@code levenshtein}
	 */
	public static Scorer<Object, Object, Object> levenshtein() {
		return ComparedTexts.of("levenshtein", Levenshtein::similarity);
	}

	/**
	 * How close the output is to the number that is expected: 1 less their difference,
	 * divided by the sum of their absolute values. Two zeros score 1. A text of a number
	 * is a number; any other value is an error of the scorer.
	 * @return the scorer {@code numericDiff}
	 */
	public static Scorer<Object, Object, Object> numericDiff() {
		return new NumericDiff();
	}

	/**
	 * How similar the output is to what is expected, as JSON. Objects score the mean of
	 * their properties, arrays that of their items, texts as {@link #levenshtein()} and
	 * numbers as {@link #numericDiff()}. What only one of them has scores 0. A text that
	 * is the JSON of an object or an array is compared as that.
	 * @return the scorer {@code jsonDiff}
	 */
	public static Scorer<Object, Object, Object> jsonDiff() {
		return new JsonDiff();
	}

	/**
	 * 1 if the output is a JSON object or array, or a text of one, else 0. It needs no
	 * expected output.
	 * @return the scorer {@code validJson}
	 */
	public static Scorer<Object, Object, Object> validJson() {
		return new ValidJson(new JsonValues(), null);
	}

	/**
	 * 1 if the output is JSON, or a text of JSON, that fits a schema, else 0. It needs no
	 * expected output. Its library {@code com.networknt:json-schema-validator} is
	 * optional; Spring AI's {@code ChatClient} brings it.
	 * @param schema the JSON schema, of draft 2020-12 unless it names another; it is not
	 * loaded from the network
	 * @return the scorer {@code validJson}
	 * @throws IllegalStateException if the library is not there
	 */
	public static Scorer<Object, Object, Object> validJson(String schema) {
		return new ValidJson(new JsonValues(), JsonSchema.of(schema, Scorers.class.getClassLoader()));
	}

	/**
	 * How similar the items of the output are to the items of the list that is expected,
	 * in any order: the sum of the best pairs, divided by the length of the longer list.
	 * @param pairwise scores two items, such as {@link #levenshtein()}
	 * @return the scorer {@code listContains}
	 */
	public static Scorer<Object, Object, Object> listContains(Scorer<Object, Object, Object> pairwise) {
		return new ListContains(new JsonValues(), pairwise, false);
	}

	/**
	 * Like {@link #listContains}, but further items of the output cost nothing: the sum
	 * of the best pairs is divided by the length of the expected list.
	 * @param pairwise scores two items, such as {@link #levenshtein()}
	 * @return the scorer {@code listContains}
	 */
	public static Scorer<Object, Object, Object> listContainsWithExtras(Scorer<Object, Object, Object> pairwise) {
		return new ListContains(new JsonValues(), pairwise, true);
	}

	/**
	 * The share of some tools that have a span in the row. It needs no expected output.
	 * @param names the names of the tools
	 * @return the scorer {@code toolsUsed}
	 */
	public static Scorer<Object, Object, Object> toolsUsed(String... names) {
		return new ToolsUsed(List.of(names));
	}

	/**
	 * A model that judges outputs. Its calls are spans below the scorer's, in the
	 * experiment, with every client.
	 *
	 * <pre class="code">
	 * Scorers.judge("factuality", this.judge).factuality().votes(3)
	 * </pre>
	 * @param name the name of the scorer, unique in an experiment
	 * @param client the client of the model; leave out memory, tools and retrieval
	 * @return what asks for the question
	 */
	public static JudgeSpec judge(String name, ChatClient client) {
		return new JudgeSpec(name, client);
	}

	/**
	 * A model that judges outputs, by a client that the builder builds.
	 * @param name the name of the scorer, unique in an experiment
	 * @param builder the builder, which is not changed
	 * @return what asks for the question
	 * @see #judge(String, ChatClient)
	 */
	public static JudgeSpec judge(String name, ChatClient.Builder builder) {
		return new JudgeSpec(name, builder);
	}

	/**
	 * How similar the meanings of the output and of what is expected are, by the cosine
	 * of their embeddings: 0 up to a cosine of 0.7, and 1 for a cosine of 1.
	 * @param model makes the embeddings
	 * @return the scorer {@code embedding}
	 */
	public static Scorer<Object, Object, Object> embedding(EmbeddingModel model) {
		return embedding(model, EmbeddingSimilarity.EXPECTED_MIN);
	}

	/**
	 * How similar the meanings of the output and of what is expected are, by the cosine
	 * of their embeddings.
	 * @param model makes the embeddings
	 * @param expectedMin the cosine that scores 0, since texts that have nothing in
	 * common have a cosine above 0 with most models
	 * @return the scorer {@code embedding}
	 */
	public static Scorer<Object, Object, Object> embedding(EmbeddingModel model, double expectedMin) {
		return new EmbeddingSimilarity(model, expectedMin);
	}

	/**
	 * An evaluator of Spring AI, such as its {@code RelevancyEvaluator}. Its calls are
	 * traced if you give it a builder that is traced, such as that of the project.
	 * @param name the name of the scorer, unique in an experiment
	 * @param evaluator the evaluator; it must be thread-safe
	 * @return the scorer
	 */
	public static EvaluatorScorer evaluator(String name, Evaluator evaluator) {
		return new EvaluatorScorer(name, evaluator);
	}

	/**
	 * A scorer that the project has in Braintrust, in its newest version.
	 * @param slug the slug of the scorer in Braintrust, or its id
	 * @return the scorer, whose name is the slug
	 */
	public static HostedScorer braintrust(String slug) {
		return new HostedScorer(slug, null, slug);
	}

	/**
	 * A scorer that the project has in Braintrust, in one version.
	 * @param slug the slug of the scorer in Braintrust, or its id
	 * @param version the version
	 * @return the scorer, whose name is the slug
	 */
	public static HostedScorer braintrust(String slug, String version) {
		return new HostedScorer(slug, version, slug);
	}

}
