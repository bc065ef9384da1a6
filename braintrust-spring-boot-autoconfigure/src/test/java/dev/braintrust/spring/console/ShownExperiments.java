package dev.braintrust.spring.console;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.EvalTask;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Score;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.eval.score.TokenUsage;

import org.springframework.context.ApplicationContext;

/**
 * Example experiments.
 */
final class ShownExperiments {

	private final ApplicationContext context;

	ShownExperiments(ApplicationContext context) {
		this.context = context;
	}

	// An experiment with three rows.
	ExperimentResult<String, String, String> run(EvalTask<String, String> task) {
		return this.context.getBean(BraintrustEvals.class)
			.of("support")
			.experiment("refund answers")
			.cases(EvalCase.of("I want my money back for order 4711", "refund"),
					EvalCase.of("Where is my parcel?", "tracking"), EvalCase.of("The lamp is broken", "warranty"))
			.task(task)
			.scorers(Scorers.exactMatch(), Scorers.levenshtein())
			.maxConcurrency(1)
			.run();
	}

	// A row without a trace.
	static RowResult<String, String, String> row(int index) {
		return new RowResult<>(index, 0, EvalCase.of("input " + index, "expected"), Map.of(), List.of(), "output", null,
				1, Duration.ofMillis(1), Map.of("exactMatch", Score.of(1), "levenshtein", Score.of(0.5)), Map.of(),
				Map.of(), Map.of(), TokenUsage.NONE, List.of(), null, null);
	}

	// A row whose task failed.
	static RowResult<String, String, String> failed(String scorer) {
		return new RowResult<>(0, 0, EvalCase.of("input", null), Map.of(), List.of(), null, new IllegalStateException(),
				1, Duration.ofMillis(1), Map.of(scorer, Score.of(0)), Map.of(), Map.of(), Map.of(), TokenUsage.NONE,
				List.of(), null, null);
	}

	static String unlessBad(String input) {
		return input.equals("bad") ? failing(input) : input;
	}

	static String good(String question) {
		return question.contains("money") ? "refund" : question.contains("parcel") ? "tracking" : "warranty";
	}

	static String bad(String question) {
		return question.contains("lamp") ? "weather" : good(question);
	}

	static String failing(String question) {
		throw new IllegalStateException("no answer");
	}

}
