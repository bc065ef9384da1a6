package dev.braintrust.spring.eval.score;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.evaluation.EvaluationRequest;
import org.springframework.ai.evaluation.EvaluationResponse;
import org.springframework.ai.evaluation.Evaluator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests of the scorers that need Spring AI, and that all others work without it.
 */
class SpringAiScorersTests {

	@TempDir
	Path folder;

	@ParameterizedTest
	@CsvSource({ "1:0,1:0,1", "1:0,2:0,1", "1:0,0:1,0", "1:0,-1:0,0", "4:3,1:0,0.33333", "3:4,1:0,0" })
	void meaningIsSimilarByTheCosineAboveTheMinimum(String output, String expected, double score) throws Exception {
		EmbeddingModel model = new Vectors(vector(output), vector(expected));
		assertThat(ScoredRow.score(Scorers.embedding(model), "o", "e")).isEqualTo(score, within(1e-5));
	}

	// Their cosine similarity is 1.0000000000000002.
	@Test
	void roundingGivesNoScoreAboveOne() throws Exception {
		EmbeddingModel model = new Vectors(new float[] { 1, 0.1f, 0.1f }, new float[] { 3, 3 * 0.1f, 3 * 0.1f });
		assertThat(ScoredRow.score(Scorers.embedding(model), "o", "e")).isEqualTo(1);
	}

	@Test
	void minimumMayBeAnother() throws Exception {
		EmbeddingModel model = new Vectors(vector("3:4"), vector("1:0"));
		assertThat(ScoredRow.score(Scorers.embedding(model, 0), "o", "e")).isEqualTo(0.6, within(1e-5));
	}

	@Test
	void vectorsThatCannotBeComparedAreAnErrorAndNotZero() {
		assertThatIllegalStateException()
			.isThrownBy(() -> ScoredRow.score(Scorers.embedding(new Vectors(vector("0:0"), vector("1:0"))), "o", "e"))
			.withMessage("The embedding model returned a vector without a direction");
		assertThatIllegalStateException()
			.isThrownBy(() -> ScoredRow.score(Scorers.embedding(new Vectors(vector("1:0"), vector("1:0:0"))), "o", "e"))
			.withMessage("The embedding model returned vectors of different lengths, 2 and 3");
		assertThatIllegalStateException()
			.isThrownBy(() -> ScoredRow.score(Scorers.embedding(new Vectors(vector("1:0"))), "o", "e"))
			.withMessage("The embedding model returned 1 vector for 2 texts. Check its options: it must return a "
					+ "vector for each text.");
	}

	@Test
	void evaluatorScoresByWhetherItPasses() {
		List<EvaluationRequest> requests = new ArrayList<>();
		// Like Spring AI's FactCheckingEvaluator: it passes, with a score of 0.
		Evaluator evaluator = (request) -> {
			requests.add(request);
			return new EvaluationResponse(true, 0, "well said", Map.of("k", "v"));
		};
		Score score = Scorers.evaluator("relevancy", evaluator)
			.score(ScoredRow.of(Map.of("q", 1), "an output", null,
					Map.of("context", List.of("a text", new Document("a document"), Map.of("a", 1)))))
			.get(0);
		assertThat(score.value()).isEqualTo(1);
		assertThat(score.rationale()).isEqualTo("well said");
		assertThat(score.metadata()).containsEntry("k", "v");
		assertThat(requests.get(0).getUserText()).isEqualTo("{\"q\":1}");
		assertThat(requests.get(0).getResponseContent()).isEqualTo("an output");
		assertThat(requests.get(0).getDataList()).extracting(Document::getText)
			.containsExactly("a text", "a document", "{\"a\":1}");
	}

	@Test
	void evaluatorMayBeGradedAndGetOtherDocuments() {
		Evaluator evaluator = (request) -> new EvaluationResponse(false, request.getDataList().size() / 4f, "",
				Map.of());
		EvaluatorScorer scorer = Scorers.evaluator("relevancy", evaluator);
		ScoredRow row = ScoredRow.of("i", "o", null, Map.of("context", "one"));
		assertThat(scorer.score(row)).containsExactly(Score.of(0));
		assertThat(scorer.graded().score(row)).containsExactly(Score.of(0.25));
		assertThat(scorer.graded().documents((it) -> List.of(new Document("a"), new Document("b"))).score(row))
			.containsExactly(Score.of(0.5));
		assertThat(scorer.graded().score(ScoredRow.of("i", "o", null, Map.of()))).containsExactly(Score.of(0));
	}

	@Test
	@SuppressWarnings("unchecked")
	void otherScorersLoadWithoutSpringAi() throws Exception {
		URL[] urls = Stream.of(withoutSpringAi().split(File.pathSeparator))
			.map(SpringAiScorersTests::url)
			.toArray(URL[]::new);
		try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
			Class<?> code = loader.loadClass(WithoutSpringAi.class.getName());
			Supplier<Double> scorers = (Supplier<Double>) code.getDeclaredConstructor().newInstance();
			assertThat(scorers.get()).isEqualTo(3);
			assertThat(scorers.getClass().getClassLoader()).isSameAs(loader);
		}
	}

	@Test
	void otherScorersCompileWithoutSpringAi() {
		StringWriter log = new StringWriter();
		boolean compiled = ToolProvider.getSystemJavaCompiler()
			.getTask(log, null, null, List.of("-proc:none", "-cp", withoutSpringAi(), "-d", this.folder.toString()),
					null, List.of(new SimpleJavaFileObject(URI.create("string:///Code.java"), Kind.SOURCE) {

						@Override
						public CharSequence getCharContent(boolean ignoreEncodingErrors) {
							return """
									import dev.braintrust.spring.eval.score.*;
									class Code {
										Object exact = Scorers.exactMatch();
										Object own = Scorers.<String, String, String>of("own", (it) -> it.output().length());
									}
									""";
						}

					}))
			.call();
		assertThat(compiled).as(log.toString()).isTrue();
	}

	private static String withoutSpringAi() {
		return String.join(File.pathSeparator,
				Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
					.filter((entry) -> !entry.contains("spring-ai"))
					.toList());
	}

	private static URL url(String entry) {
		try {
			return new File(entry).toURI().toURL();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static float[] vector(String text) {
		String[] parts = text.split(":");
		float[] vector = new float[parts.length];
		for (int i = 0; i < parts.length; i++) {
			vector[i] = Float.parseFloat(parts[i]);
		}
		return vector;
	}

	/**
	 * The code of an application without Spring AI.
	 */
	public static final class WithoutSpringAi implements Supplier<Double> {

		@Override
		public Double get() {
			try {
				return ScoredRow.score(Scorers.exactMatch(), "a", "a")
						+ ScoredRow.score(Scorers.levenshtein(), "a", "a")
						+ ScoredRow.score(Scorers.of("own", (it) -> 1), "a", "a");
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	/**
	 * An embedding model with given vectors.
	 */
	private static final class Vectors implements EmbeddingModel {

		private final float[][] vectors;

		Vectors(float[]... vectors) {
			this.vectors = vectors;
		}

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			return new EmbeddingResponse(Stream.of(this.vectors).map((vector) -> new Embedding(vector, 0)).toList());
		}

		@Override
		public float[] embed(Document document) {
			throw new UnsupportedOperationException();
		}

	}

}
