package dev.braintrust.spring.docs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.eval.Eval;
import dev.braintrust.spring.eval.EvalParameter;
import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.eval.test.CaseSource;
import dev.braintrust.spring.eval.test.Evals;
import dev.braintrust.spring.test.RecordedSpans;
import dev.braintrust.spring.web.ProjectContextFilter;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;

import static dev.braintrust.spring.eval.test.ExperimentAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The code in {@code docs/evaluations.md}.
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
	void asserted(ExperimentResult<String, String, String> result) {
		assertThat(result).hasNoErrors()
			.takesAtMost(Duration.ofSeconds(30), 0.95)
			.score("exactMatch")
			.averageAtLeast(0.8)
			.rateAtLeast(0.9, 0.5)
			.hasNotRegressedBy(0.02);
	}

	@Bean
	ProjectContextFilter callers(@BraintrustProject("support") ProjectTracer tracer) {
		return new ProjectContextFilter(tracer, this::isTrusted).acceptExperiments();
	}

	private boolean isTrusted(HttpServletRequest request) {
		return request.getRemoteHost() != null;
	}

	ProjectEvals withoutSpring() {
		RecordedSpans spans = new RecordedSpans();
		BraintrustProjects projects = spans.projects("support");
		ProjectEvals evals = Evals.of(projects, "support");
		return evals;
	}

	@Bean
	@BraintrustProject("support")
	Eval<String, String, String> supportAnswers(SupportAgent agent) {
		return Eval.named("support answers", String.class, String.class)
			.parameters(EvalParameter.of("temperature", 0.2).description("of the answer"))
			.taskWithRow((input, row) -> agent.answer(input, row.parameters().get("temperature", Double.class)))
			.scorers(Scorers.exactMatch(), Scorers.levenshtein());
	}

	private final Eval<String, String, String> supportAnswers = supportAnswers((question, temperature) -> question);

	void coldAnswers(Dataset<String, String> cases) {
		this.evals.experiment("cold answers").cases(cases).eval(this.supportAnswers).parameter("temperature", 0).run();
	}

	ExperimentResult<Refund, String, Decision> tickets() {
		return this.evals.experiment("tickets")
			.cases(this.evals.datasets().named("tickets", Refund.class, Decision.class).environment("production"))
			.task((refund) -> this.agent.answer(refund.order()))
			.scorers(Scorers.jsonDiff())
			.run();
	}

	void newTickets() {
		this.evals.datasets().named("tickets").insert(List.of(EvalCase.of("I want my money back", "refund")));
	}

	ExperimentResult<String, String, String> goodAnswers() {
		return this.evals.experiment("good answers")
			.cases(this.evals.datasets().logs("tags includes 'good'", String.class, String.class))
			.task(this.agent::answer)
			.scorers(Scorers.levenshtein())
			.run();
	}

	void casesOfTraces(RecordedSpans spans) {
		CaseSource.writeJsonl(Path.of("src/test/resources/evals/recorded.jsonl"), spans.traces("support"));
	}
	// @formatter:on

	interface SupportAgent {

		String answer(String question, double temperature);

	}

	record Refund(String order, double amount) {

	}

	record Decision(boolean approve) {

	}

	interface Agent {

		String answer(String question);

	}

}
