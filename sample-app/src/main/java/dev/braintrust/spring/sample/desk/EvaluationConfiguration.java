package dev.braintrust.spring.sample.desk;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.eval.Eval;
import dev.braintrust.spring.eval.EvalParameter;
import dev.braintrust.spring.eval.score.Scorers;

import org.springframework.ai.chat.messages.MessageType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The evaluation of the support agent, which Braintrust's playground may run if {@code
 * braintrust.evals.remote.enabled} is set.
 */
@Configuration(proxyBeanMethods = false)
class EvaluationConfiguration {

	@Bean
	@BraintrustProject("support")
	Eval<String, String, String> supportAnswers(SupportAgent agent) {
		return Eval.named("support answers", String.class, String.class)
			.parameters(EvalParameter.of("opening", "").description("what customers say first"))
			.taskWithRow((question, row) -> {
				Conversation conversation = new Conversation();
				conversation.add(MessageType.USER, row.parameters().get("opening", String.class) + question);
				return agent.answer(conversation, "evaluation");
			})
			.scorers(Scorers.containsIgnoringCase());
	}

}
