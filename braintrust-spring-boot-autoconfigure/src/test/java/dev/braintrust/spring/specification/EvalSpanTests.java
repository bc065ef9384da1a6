package dev.braintrust.spring.specification;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Classification;
import dev.braintrust.spring.eval.score.Score;
import dev.braintrust.spring.eval.score.Scorer;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.eval.score.Scoring;
import dev.braintrust.spring.support.BraintrustServer;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of the requirements of Braintrust's specification for spans of experiments, by
 * the received bytes: {@code features/eval-spans.md} and {@code features/classifiers.md}.
 */
class EvalSpanTests {

	private static final String ATTRIBUTES = "braintrust.span_attributes";

	private final BraintrustServer server = new BraintrustServer();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
		.withPropertyValues("braintrust.check-on-startup=false", "braintrust.api-key=sk-1",
				"braintrust.api-url=" + this.server.url(), "braintrust.app-url=" + this.server.url(),
				"braintrust.projects.support.id=p-1");

	@AfterEach
	void close() {
		this.server.close();
	}

	@Test
	void eachCaseAndTrialIsOneTraceWithOneRootEval() {
		run((evals, tracer) -> evals.experiment("refunds")
			.cases(EvalCase.of("a", "A"), EvalCase.of("b", "B"))
			.task((input) -> tracer.toolSpan("lookup").call((span) -> input.toUpperCase(Locale.ROOT)))
			.scorers(Scorers.exactMatch())
			.trials(2)
			.run());
		Map<String, List<ReceivedSpan>> traces = this.server.spans()
			.stream()
			.collect(Collectors.groupingBy(ReceivedSpan::traceId));
		assertThat(traces).hasSize(4);
		traces.values().forEach((trace) -> {
			ReceivedSpan row = only(trace, "eval");
			assertThat(trace).filteredOn(ReceivedSpan::isRoot).containsExactly(row);
			assertThat(only(trace, "task").isChildOf(row)).isTrue();
			assertThat(only(trace, "lookup").isChildOf(only(trace, "task"))).isTrue();
			assertThat(only(trace, "exactMatch").isChildOf(row)).isTrue();
		});
	}

	@Test
	void evalSpanHasItsFields() {
		run((evals, tracer) -> evals.experiment("refunds")
			.cases(new EvalCase<>(Map.of("question", "a"), List.of("A"), Map.of("tenant", "t-1"),
					List.of("large", "slow"), "row-1", null,
					new EvalCase.Origin("dataset", "d-1", "row-1", "1000", "2026-05-12T19:58:28.006Z")))
			.task((input) -> List.of("A"))
			.scorers(Scorers.exactMatch())
			.run());
		ReceivedSpan row = span("eval");
		assertThat(row.json(ATTRIBUTES)).isEqualTo(ReceivedSpan.parse("{\"type\": \"eval\", \"name\": \"eval\"}"));
		// The bare value, by which Braintrust matches rows of other experiments.
		assertThat(row.input()).isEqualTo(ReceivedSpan.parse("{\"question\": \"a\"}"));
		assertThat(row.json("braintrust.expected_json")).isEqualTo(ReceivedSpan.parse("[\"A\"]"));
		assertThat(row.output()).isEqualTo(ReceivedSpan.parse("[\"A\"]"));
		assertThat(row.metadata()).isEqualTo(ReceivedSpan.parse("{\"tenant\": \"t-1\"}"));
		assertThat(row.attributes()).containsEntry("braintrust.tags", List.of("large", "slow"));
		assertThat(row.json("braintrust.origin")).isEqualTo(ReceivedSpan.parse("""
				{"object_type": "dataset", "object_id": "d-1", "id": "row-1", "_xact_id": "1000",
				"created": "2026-05-12T19:58:28.006Z"}"""));
		assertThat(row.has("braintrust.scores")).isFalse();
		assertThat(row.has("braintrust.classifications")).isFalse();
	}

	@Test
	void taskSpanHasItsFields() {
		run((evals, tracer) -> evals.experiment("refunds")
			.cases(EvalCase.of("a", "A"))
			.task(String::toUpperCase)
			.scorers(Scorers.exactMatch())
			.run());
		ReceivedSpan task = span("task");
		assertThat(task.json(ATTRIBUTES)).isEqualTo(ReceivedSpan.parse("{\"type\": \"task\", \"name\": \"task\"}"));
		assertThat(task.input().asString()).isEqualTo("a");
		assertThat(task.json("braintrust.expected_json").asString()).isEqualTo("A");
		assertThat(task.output().asString()).isEqualTo("A");
	}

	@Test
	void taskThatFailsHasAnErrorAndNoOutputOnItAndOnItsRow() {
		run((evals, tracer) -> evals.experiment("refunds").cases(EvalCase.of("a", "A")).task((input) -> {
			throw new IOException("down");
		}).scorers(Scorers.exactMatch()).classifier("tone", (it) -> List.of(Classification.of("polite"))).run());
		for (String name : List.of("eval", "task")) {
			ReceivedSpan failed = span(name);
			assertThat(failed.error()).isTrue();
			assertThat(failed.events()).containsExactly("exception");
			assertThat(failed.has("braintrust.output_json")).isFalse();
			assertThat(failed.input().asString()).isEqualTo("a");
			assertThat(failed.json("braintrust.expected_json").asString()).isEqualTo("A");
		}
		assertThat(span("exactMatch").json("braintrust.scores")).isEqualTo(ReceivedSpan.parse("{\"exactMatch\": 0.0}"));
	}

	@Test
	void scoreSpanHasItsFields() {
		run((evals, tracer) -> evals.experiment("refunds")
			.cases(EvalCase.of("a", "A").tags("x").metadata("k", 1))
			.task(String::toUpperCase)
			.scorers(new Fixed("judge", Score.of(0.8).because("nearly")))
			.run());
		ReceivedSpan score = span("judge");
		assertThat(score.json(ATTRIBUTES))
			.isEqualTo(ReceivedSpan.parse("{\"type\": \"score\", \"name\": \"judge\", \"purpose\": \"scorer\"}"));
		assertThat(score.json("braintrust.scores")).isEqualTo(ReceivedSpan.parse("{\"judge\": 0.8}"));
		assertThat(score.output()).isEqualTo(ReceivedSpan.parse("{\"score\": 0.8}"));
		assertThat(score.metadata()).isEqualTo(ReceivedSpan.parse("{\"rationale\": \"nearly\"}"));
		assertThat(score.input()).isEqualTo(ReceivedSpan.parse("""
				{"input": "a", "output": "A", "expected": "A", "metadata": {"k": 1}, "tags": ["x"]}"""));
	}

	@Test
	void scoresOfOneScorerHaveTheirNames() {
		run((evals, tracer) -> evals.experiment("refunds")
			.cases(EvalCase.of("a", "A"))
			.task(String::toUpperCase)
			.scorers(new Fixed("both", new Score("one", 1.0, Map.of()), new Score("none", null, Map.of())))
			.run());
		ReceivedSpan score = span("both");
		assertThat(score.json("braintrust.scores")).isEqualTo(ReceivedSpan.parse("{\"one\": 1.0}"));
		assertThat(score.output())
			.isEqualTo(ReceivedSpan.parse("{\"one\": {\"score\": 1.0}, \"none\": {\"score\": null}}"));
	}

	@Test
	void scorerThatFailsIsNamedOnTheRow() {
		run((evals, tracer) -> evals.experiment("refunds")
			.cases(EvalCase.of("a", "A"))
			.task(String::toUpperCase)
			.scorer("broken", (it) -> 2)
			.scorers(Scorers.exactMatch())
			.run());
		ReceivedSpan broken = span("broken");
		assertThat(broken.error()).isTrue();
		assertThat(broken.has("braintrust.scores")).isFalse();
		assertThat(span("eval").metadata().at("/scorer_errors/broken").asString()).contains("not between 0 and 1");
		assertThat(span("eval").error()).isFalse();
		assertThat(span("exactMatch").json("braintrust.scores").path("exactMatch").asDouble()).isEqualTo(1);
	}

	@Test
	void evaluatorWithoutScorersAndClassifiersIsRefused() {
		run((evals, tracer) -> assertThatIllegalStateException()
			.isThrownBy(() -> evals.experiment("refunds").cases(EvalCase.of("a", "A")).task((input) -> input).run())
			.withMessageContaining("needs a scorer or a classifier"));
	}

	@Test
	void classifiersAloneAreEnough() {
		run((evals, tracer) -> evals.experiment("refunds")
			.cases(EvalCase.of("a", "A"))
			.task((input) -> input)
			.classifier("tone", (it) -> List.of(Classification.of("polite")))
			.run());
		ReceivedSpan tone = span("tone");
		assertThat(tone.isChildOf(span("eval"))).isTrue();
		assertThat(tone.json(ATTRIBUTES))
			.isEqualTo(ReceivedSpan.parse("{\"type\": \"classifier\", \"name\": \"tone\", \"purpose\": \"scorer\"}"));
		assertThat(tone.input().path("output").asString()).isEqualTo("a");
	}

	@Test
	void classificationsAreOnTheRowByTheirNamesInTheirOrder() {
		run((evals, tracer) -> evals.experiment("refunds")
			.cases(EvalCase.of("a", "A"))
			.task((input) -> input)
			.classifier("tone",
					(it) -> List.of(Classification.of("b", "B"), new Classification("topic", "t", null, Map.of()),
							Classification.of("a").metadata("sure", 0.9), Classification.of("b", "B")))
			.classifier("other", (it) -> List.of(new Classification("tone", "c", null, Map.of())))
			.run());
		assertThat(span("eval").json("braintrust.classifications")).isEqualTo(ReceivedSpan.parse("""
				{"tone": [{"id": "b", "label": "B"}, {"id": "a", "metadata": {"sure": 0.9}}, {"id": "b", "label": "B"},
				{"id": "c"}], "topic": [{"id": "t"}]}"""));
	}

	@Test
	void classificationsAreLeftOutIfThereAreNone() {
		run((evals, tracer) -> evals.experiment("refunds")
			.cases(EvalCase.of("a", "A"))
			.task((input) -> input)
			.classifier("empty", (it) -> List.of())
			.classifier("none", (it) -> null)
			.classifier("broken", (it) -> {
				throw new IllegalStateException("bad luck");
			})
			.run());
		assertThat(span("eval").has("braintrust.classifications")).isFalse();
	}

	@Test
	void classifierThatFailsIsNamedOnTheRowAndEndsNothing() {
		List<ExperimentResult<?, ?, ?>> results = new ArrayList<>();
		run((evals,
				tracer) -> results.add(evals.experiment("refunds")
					.cases(EvalCase.of("a", "A"))
					.task(String::toUpperCase)
					.classifier("broken", (it) -> {
						throw new IllegalStateException("bad luck");
					})
					.classifier("null item", (it) -> Arrays.asList(Classification.of("a"), null))
					.classifier("tone", (it) -> List.of(Classification.of("polite")))
					.scorers(Scorers.exactMatch())
					.run()));
		ReceivedSpan row = span("eval");
		assertThat(row.metadata().at("/classifier_errors/broken").asString()).contains("bad luck");
		assertThat(row.metadata().at("/classifier_errors/null item").asString()).contains("Exception");
		assertThat(row.json("braintrust.classifications").propertyNames()).containsExactly("tone");
		assertThat(span("broken").error()).isTrue();
		assertThat(span("exactMatch").has("braintrust.scores")).isTrue();
		assertThat(results.get(0).rows().get(0).classifierErrors()).containsOnlyKeys("broken", "null item");
	}

	@Test
	void classificationHasMetadataOfAnySize() {
		run((evals, tracer) -> evals.experiment("refunds")
			.cases(EvalCase.of("a", "A"))
			.task(String::toUpperCase)
			.classifier("tone", (it) -> List.of(Classification.of("long").metadata("text", "x".repeat(100_000))))
			.run());
		assertThat(span("eval").json("braintrust.classifications").at("/tone/0/metadata/text").asString())
			.hasSize(100_000);
	}

	private ReceivedSpan span(String name) {
		return only(this.server.spans(), name);
	}

	private static ReceivedSpan only(List<ReceivedSpan> spans, String name) {
		List<ReceivedSpan> found = spans.stream().filter((span) -> span.name().equals(name)).toList();
		assertThat(found).as(name).hasSize(1);
		return found.get(0);
	}

	private void run(BiConsumer<ProjectEvals, ProjectTracer> test) {
		this.runner.run((context) -> test.accept(context.getBean(BraintrustEvals.class).of("support"),
				context.getBean(BraintrustProjects.class).tracer("support")));
	}

	/**
	 * A scorer with fixed scores.
	 *
	 * @param name its name
	 * @param scores its scores
	 */
	private record Fixed(String name, List<Score> scores) implements Scorer<Object, Object, Object> {

		Fixed(String name, Score... scores) {
			this(name, List.of(scores));
		}

		@Override
		public List<Score> score(Scoring<?, ?, ?> it) {
			return this.scores;
		}

	}

}
