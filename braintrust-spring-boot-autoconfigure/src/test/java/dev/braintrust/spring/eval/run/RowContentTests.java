package dev.braintrust.spring.eval.run;

import java.util.List;
import java.util.function.Consumer;

import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Classification;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.support.BraintrustServer;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the capture settings and content filters of a project also apply to rows of
 * experiments.
 */
@ExtendWith(OutputCaptureExtension.class)
class RowContentTests {

	private static final String WARNING = "shows scores without the content of its rows";

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
	void contentIsThereByDefault(CapturedOutput output) {
		run(this.runner, RowContentTests::experiment);
		ReceivedSpan row = span("eval");
		assertThat(row.input().asString()).isEqualTo("secret question");
		assertThat(row.json("braintrust.expected_json").asString()).isEqualTo("secret answer");
		assertThat(row.output().asString()).isEqualTo("secret question!");
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void withoutContentScoresAloneArrive(CapturedOutput output) {
		run(this.runner.withPropertyValues("braintrust.capture.content=false"), RowContentTests::experiment);
		assertThat(this.server.spans()).hasSize(7)
			.noneMatch((span) -> span.raw().contains("secret"))
			.noneMatch((span) -> span.has("braintrust.expected_json"))
			.noneMatch((span) -> span.has("braintrust.input_json"));
		assertThat(span("levenshtein").has("braintrust.scores")).isTrue();
		assertThat(span("broken").error()).isTrue();
		assertThat(span("eval").metadata()).isEqualTo(ReceivedSpan.parse("""
				{"scorer_errors": {"broken": "java.lang.IllegalStateException"},
				"classifier_errors": {"broken too": "java.lang.IllegalStateException"}}"""));
		assertThat(span("eval").json("braintrust.classifications").at("/tone/0/id").asString()).isEqualTo("polite");
		assertThat(output).contains("The experiment 'refunds' of the Braintrust project 'support' " + WARNING);
	}

	@Test
	void withoutOutputsInputsAloneArrive(CapturedOutput output) {
		run(this.runner.withPropertyValues("braintrust.capture.output=false"), RowContentTests::experiment);
		ReceivedSpan row = span("eval");
		assertThat(row.input().asString()).isEqualTo("secret question");
		assertThat(row.has("braintrust.output_json")).isFalse();
		assertThat(span("levenshtein").input().has("output")).isFalse();
		assertThat(output).contains(WARNING);
	}

	@Test
	void withoutInputsOutputsAloneArrive() {
		run(this.runner.withPropertyValues("braintrust.capture.input=false"), RowContentTests::experiment);
		ReceivedSpan row = span("eval");
		assertThat(row.has("braintrust.input_json")).isFalse();
		assertThat(row.has("braintrust.expected_json")).isFalse();
		assertThat(row.output().asString()).isEqualTo("secret question!");
		assertThat(span("levenshtein").has("braintrust.input_json")).isFalse();
	}

	@Test
	void filtersSeeAllContentOfARow() {
		run(this.runner.withBean(ContentFilter.class, () -> (text, field) -> text.replace("secret", "***")),
				RowContentTests::experiment);
		assertThat(this.server.spans()).hasSize(7).noneMatch((span) -> span.raw().contains("secret"));
		ReceivedSpan row = span("eval");
		assertThat(row.input().asString()).isEqualTo("*** question");
		assertThat(row.json("braintrust.expected_json").asString()).isEqualTo("*** answer");
		assertThat(row.output().asString()).isEqualTo("*** question!");
		assertThat(span("levenshtein").input().path("expected").asString()).isEqualTo("*** answer");
	}

	private static void experiment(ProjectEvals evals) {
		evals.experiment("refunds")
			.cases(EvalCase.of("secret question", "secret answer"))
			.task((input) -> input + "!")
			.scorers(Scorers.levenshtein())
			.scorer("broken", (it) -> {
				throw new IllegalStateException("No such answer: " + it.output());
			})
			.classifier("tone", (it) -> List.of(Classification.of("polite").metadata("because", "of " + it.output())))
			.classifier("broken too", (it) -> {
				throw new IllegalStateException("No such tone: " + it.output());
			})
			.scorer("good", (it) -> 1)
			.run();
	}

	private ReceivedSpan span(String name) {
		return this.server.spans().stream().filter((span) -> span.name().equals(name)).findFirst().orElseThrow();
	}

	private static void run(ApplicationContextRunner runner, Consumer<ProjectEvals> test) {
		runner.run((context) -> test.accept(context.getBean(BraintrustEvals.class).of("support")));
	}

}
