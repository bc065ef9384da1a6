package dev.braintrust.spring.eval.score;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;

import dev.braintrust.spring.eval.value.JsonValues;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.evaluation.EvaluationRequest;
import org.springframework.ai.evaluation.EvaluationResponse;
import org.springframework.ai.evaluation.Evaluator;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Scores with an {@link Evaluator} of Spring AI: 1 if the evaluator passes an output,
 * else 0. Its feedback becomes the rationale of the score.
 * <p>
 * The evaluator gets the input, the output, and the documents in {@code metadata.context}
 * of the case: a text, a {@link Document}, or a list of either.
 *
 * @see Scorers#evaluator(String, Evaluator)
 */
public final class EvaluatorScorer implements Scorer<Object, Object, Object> {

	private final String name;

	private final Evaluator evaluator;

	private final boolean graded;

	private final Function<? super Scoring<?, ?, ?>, ? extends List<Document>> documents;

	private final JsonValues values = new JsonValues();

	EvaluatorScorer(String name, Evaluator evaluator, boolean graded,
			Function<? super Scoring<?, ?, ?>, ? extends List<Document>> documents) {
		Assert.hasText(name, "'name' must not be empty");
		Assert.notNull(evaluator, "'evaluator' must not be null");
		this.name = name;
		this.evaluator = evaluator;
		this.graded = graded;
		this.documents = documents;
	}

	EvaluatorScorer(String name, Evaluator evaluator) {
		this(name, evaluator, false, (it) -> documents(it.metadata().get("context")));
	}

	/**
	 * Use the score of the evaluator instead of its pass or fail. Not every evaluator has
	 * a score: Spring AI's {@code FactCheckingEvaluator} always returns 0.
	 * @return a new scorer
	 */
	public EvaluatorScorer graded() {
		return new EvaluatorScorer(this.name, this.evaluator, true, this.documents);
	}

	/**
	 * Pass other documents to the evaluator, such as the documents that your agent has
	 * retrieved.
	 * @param documents returns the documents of a row; it must be thread-safe
	 * @return a new scorer
	 */
	public EvaluatorScorer documents(Function<? super Scoring<?, ?, ?>, ? extends List<Document>> documents) {
		Assert.notNull(documents, "'documents' must not be null");
		return new EvaluatorScorer(this.name, this.evaluator, this.graded, documents);
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public List<Score> score(Scoring<?, ?, ?> it) {
		EvaluationResponse response = this.evaluator.evaluate(new EvaluationRequest(this.values.text(it.input()),
				List.copyOf(this.documents.apply(it)), this.values.text(it.output())));
		double pass = response.isPass() ? 1 : 0;
		Score score = Score.of(this.graded ? response.getScore() : pass);
		for (String key : response.getMetadata().keySet()) {
			score = score.metadata(key, response.getMetadata().get(key));
		}
		return List.of(StringUtils.hasText(response.getFeedback()) ? score.because(response.getFeedback()) : score);
	}

	private static List<Document> documents(@Nullable Object context) {
		if (context == null) {
			return List.of();
		}
		return (context instanceof Collection<?> all) ? all.stream().map(EvaluatorScorer::document).toList()
				: List.of(document(context));
	}

	private static Document document(@Nullable Object context) {
		return (context instanceof Document document) ? document : new Document(new JsonValues().text(context));
	}

}
