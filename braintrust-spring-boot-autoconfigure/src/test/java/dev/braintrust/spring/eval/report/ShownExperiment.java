package dev.braintrust.spring.eval.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.compare.Baseline;
import dev.braintrust.spring.eval.compare.BaselineFile;
import dev.braintrust.spring.eval.compare.ScoredInputs;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Score;
import dev.braintrust.spring.eval.score.Scorer;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.eval.score.Scoring;
import dev.braintrust.spring.eval.test.Evals;
import dev.braintrust.spring.test.RecordedSpans;

/**
 * An experiment with an example of everything that a report can show.
 */
final class ShownExperiment {

	static final String HOSTILE = "</pre></details><script>window.hacked=1</script><img src=x onerror=window.hacked=1>"
			+ "<style>body{display:none}</style>\" onmouseover=\"window.hacked=1 \u202Eevil\u0007 \ud800";

	private final RecordedSpans spans = new RecordedSpans();

	private final BraintrustProjects projects = this.spans.projects("support");

	ExperimentResult<String, String, String> run(Path folder) {
		BaselineFile baseline = new BaselineFile(folder.resolve("main.json"));
		ScoredInputs before = new ScoredInputs();
		before.add("\"Where is my order 4711?\"", Map.of("exactMatch", 0.0, "judge", 0.6));
		before.add("\"I want my money back\"", Map.of("exactMatch", 1.0, "judge", 1.0));
		before.add("\"Do you ship to Norway?\"", Map.of("exactMatch", 1.0, "judge", 1.0));
		baseline.bless(before);
		ProjectEvals evals = Evals.of(this.projects, "support");
		return evals.experiment("refund answers")
			.cases(EvalCase.of("Where is my order 4711?", "On its way").tags("tracking").metadata("language", "en"),
					EvalCase.of("I want my money back", "refund"), EvalCase.of(HOSTILE, HOSTILE).tags(HOSTILE),
					EvalCase.of("fail " + HOSTILE, "never"),
					EvalCase.of("Tell me everything about lamps. ".repeat(40), "No."))
			.task(this::answer)
			.scorers(Scorers.exactMatch(), new Judge())
			.scorer("toneOfVoice", (it) -> {
				if (it.input().startsWith("Tell")) {
					throw new IllegalStateException("No tone " + HOSTILE);
				}
				return 0.9;
			})
			.maxConcurrency(1)
			.baseline(Baseline.file(baseline.file()))
			.run();
	}

	private String answer(String question) {
		return this.projects.tracer("support").taskSpan("supportChat").input(question).call((span) -> {
			this.projects.tracer("support")
				.llmSpan("Chat Completion")
				.input(List.of(Map.of("role", "user", "content", question)))
				.call((call) -> {
					call.metadata("model", "gpt-5-mini").metric("prompt_tokens", 326).metric("completion_tokens", 52);
					return this.projects.tracer("support")
						.toolSpan("lookUpOrder")
						.input(Map.of("number", 4711))
						.call((tool) -> Map.of("item", "Aurora desk lamp", "state", question));
				});
			if (question.startsWith("fail")) {
				throw new IllegalArgumentException("No answer to " + question);
			}
			return question.startsWith("Where") ? "On its way"
					: question.startsWith("Tell") ? "No. ".repeat(2000) : question;
		});
	}

	private static final class Judge implements Scorer<String, String, String> {

		@Override
		public String name() {
			return "judge";
		}

		@Override
		public List<Score> score(Scoring<? extends String, ? extends String, ? extends String> it) {
			return List.of(Score.of(it.output().startsWith("On") ? 0.8 : 0.4)
				.because("Says what was asked for: " + it.output()));
		}

	}

}
