package dev.braintrust.spring.docs;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Scorers;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The code of {@code docs/evaluations.md}.
 */
class EvaluationsExample {

	// @formatter:off
	@Autowired
	@BraintrustProject("support")
	ProjectEvals evals;

	private final Agent agent = (question) -> question;

	void refundAnswers() {
		ExperimentResult<String, String, String> result = this.evals.experiment("refund answers")
			.cases(EvalCase.of("I want my money back", "refund"), EvalCase.of("Where is my parcel?", "tracking"))
			.task(this.agent::answer)
			.scorers(Scorers.exactMatch(), Scorers.levenshtein())
			.run();
		assertThat(result.errors()).isEmpty();
		assertThat(result.score("exactMatch").mean()).isGreaterThanOrEqualTo(0.8);
	}

	ExperimentResult<String, String, Object> amounts() {
		return this.evals.experiment("amounts")
			.cases(EvalCase.of("How much?"))
			.task(this.agent::answer)
			.scorers(Scorers.regex("[0-9]+ EUR").named("names an amount"), Scorers.listContains(Scorers.levenshtein()))
			.run();
	}

	ExperimentResult<String, String, String> refundsOfAFile() {
		return this.evals.experiment("refunds")
			.cases(Dataset.jsonl("classpath:evals/refunds.jsonl"))
			.task(this.agent::answer)
			.scorers(Scorers.exactMatch())
			.run();
	}

	ExperimentResult<Refund, String, Decision> decisions() {
		return this.evals.experiment("decisions")
			.cases(Dataset.csv("src/test/evals/decisions.csv", Refund.class, Decision.class))
			.task((refund) -> this.agent.answer(refund.order()))
			.scorers(Scorers.jsonDiff())
			.run();
	}
	// @formatter:on

	record Refund(String order, double amount) {

	}

	record Decision(boolean approve) {

	}

	interface Agent {

		String answer(String question);

	}

}
