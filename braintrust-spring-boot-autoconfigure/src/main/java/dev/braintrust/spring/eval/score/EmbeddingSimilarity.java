package dev.braintrust.spring.eval.score;

import java.util.List;

import dev.braintrust.spring.eval.value.JsonValues;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.util.Assert;

/**
 * Compares the meaning of the output with the meaning of the expected output, by the
 * cosine of their embeddings.
 */
final class EmbeddingSimilarity implements Scorer<Object, Object, Object> {

	static final double EXPECTED_MIN = 0.7;

	private static final String NAME = "embedding";

	private final EmbeddingModel model;

	private final double expectedMin;

	private final JsonValues values = new JsonValues();

	EmbeddingSimilarity(EmbeddingModel model, double expectedMin) {
		Assert.notNull(model, "'model' must not be null");
		Assert.isTrue(expectedMin >= 0 && expectedMin < 1, "'expectedMin' must be at least 0 and less than 1");
		this.model = model;
		this.expectedMin = expectedMin;
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public List<Score> score(Scoring<?, ?, ?> it) {
		List<String> texts = List.of(this.values.text(it.output()), this.values.text(it.expectedOrFail()));
		List<float[]> vectors = it.traced(NAME, this.model).embed(texts);
		Assert.state(vectors.size() == texts.size(),
				() -> "The embedding model returned " + vectors.size()
						+ ((vectors.size() == 1) ? " vector" : " vectors")
						+ " for 2 texts. Check its options: it must return a vector for each text.");
		double cosine = cosine(vectors.get(0), vectors.get(1));
		double score = (cosine - this.expectedMin) / (1 - this.expectedMin);
		return List.of(Score.of(Math.min(Math.max(score, 0), 1)).metadata("cosine", cosine));
	}

	private static double cosine(float[] one, float[] other) {
		Assert.state(one.length == other.length, () -> "The embedding model returned vectors of different lengths, "
				+ one.length + " and " + other.length);
		double product = 0;
		double squares = 0;
		double otherSquares = 0;
		for (int i = 0; i < one.length; i++) {
			product += (double) one[i] * other[i];
			squares += (double) one[i] * one[i];
			otherSquares += (double) other[i] * other[i];
		}
		double cosine = product / Math.sqrt(squares * otherSquares);
		Assert.state(Double.isFinite(cosine), "The embedding model returned a vector without a direction");
		return cosine;
	}

}
