package dev.braintrust.spring.docs;

import dev.braintrust.spring.eval.ExperimentResult;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Judge;
import dev.braintrust.spring.eval.score.Scorer;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.test.ScriptedAnswer;
import dev.braintrust.spring.test.ScriptedChatModel;

import org.springframework.ai.chat.client.ChatClient;

/**
 * The code about judges in {@code docs/evaluations.md}.
 */
class JudgesExample {

	private final ProjectEvals evals;

	private final Agent agent = (question) -> "It takes five days at the most.";

	JudgesExample(ProjectEvals evals) {
		this.evals = evals;
	}

	// @formatter:off
	ChatClient offline() {
		ChatClient judge = ChatClient.create(new ScriptedChatModel().answersTo((prompt) -> true,
				ScriptedAnswer.text("{\"reasons\": \"Both say five days.\", \"choice\": \"C\"}")));
		return judge;
	}

	ExperimentResult<String, String, String> facts(ChatClient judge) {
		ExperimentResult<String, String, String> result = this.evals.experiment("refund answers")
			.cases(EvalCase.of("When do I get my money?", "Within five days."))
			.task(this.agent::answer)
			.scorers(Scorers.judge("factuality", judge).factuality().votes(3))
			.run();
		return result;
	}

	Judge tone(ChatClient judge) {
		Judge tone = Scorers.judge("tone", judge).prompt("""
				Is this reply polite, and does it come to the point?
				<reply>{{output}}</reply>
				yes: both. partly: one of them. no: neither.
				""").choice("yes", 1).choice("partly", 0.5).choice("no", 0);
		return tone;
	}

	Scorer<Object, Object, Object> hosted() {
		Scorer<Object, Object, Object> close = Scorers.braintrust("close-enough-judge", "1000197156008999428").named("close enough");
		return close;
	}
	// @formatter:on

	interface Agent {

		String answer(String question);

	}

}
