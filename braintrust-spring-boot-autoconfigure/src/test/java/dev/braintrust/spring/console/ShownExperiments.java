package dev.braintrust.spring.console;

import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.EvalTask;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Scorers;

import org.springframework.context.ApplicationContext;

/**
 * Experiments to be looked at.
 */
final class ShownExperiments {

	private final ApplicationContext context;

	ShownExperiments(ApplicationContext context) {
		this.context = context;
	}

	// Of three answers.
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
