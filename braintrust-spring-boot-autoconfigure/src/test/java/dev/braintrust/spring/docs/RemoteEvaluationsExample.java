package dev.braintrust.spring.docs;

import java.util.List;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.eval.Eval;
import dev.braintrust.spring.eval.EvalParameter;
import dev.braintrust.spring.eval.RemoteEvalAuthorizer;
import dev.braintrust.spring.eval.score.Scorers;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The code in {@code docs/remote-evaluations.md}.
 */
final class RemoteEvaluationsExample {

	private RemoteEvaluationsExample() {
	}

	static List<EvalParameter> modelAndPrompt() {
		EvalParameter model = EvalParameter.model("model", "gpt-5-mini").description("answers the customer");
		EvalParameter prompt = EvalParameter.prompt("instructions", null);
		return List.of(model, prompt);
	}

	interface SupportAgent {

		String answer(String question, double temperature);

	}

	@Configuration(proxyBeanMethods = false)
	static class RemoteEvaluations {

		@Bean
		@BraintrustProject("support")
		Eval<String, String, String> supportAnswers(SupportAgent agent) {
			return Eval.named("support answers", String.class, String.class)
				.parameters(EvalParameter.of("temperature", 0.2).description("of the answer"))
				.taskWithRow((input, row) -> agent.answer(input, row.parameters().get("temperature", Double.class)))
				.scorers(Scorers.exactMatch(), Scorers.levenshtein());
		}

		@Bean
		RemoteEvalAuthorizer reviewersAlone() {
			return (call) -> call.evaluation() == null || "reviewers".equals(call.header("x-auth-group"));
		}

	}

}
