package dev.braintrust.spring.sample.desk;

import java.util.stream.Stream;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.compare.Baseline;
import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.eval.test.EvalTests;
import dev.braintrust.spring.sample.offline.OfflineServices;
import dev.braintrust.spring.test.AutoConfigureBraintrustTest;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

import org.springframework.ai.chat.messages.MessageType;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.ContextConfiguration;

import static dev.braintrust.spring.eval.test.ExperimentAssertions.assertThat;

/**
 * An evaluation of the support desk: a test for each case, and a gate.
 */
@Tag("eval")
@AutoConfigureBraintrustTest
@SpringBootTest(properties = { "sample.demo=false",
		"spring.datasource.url=jdbc:h2:mem:desk;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE" })
@ContextConfiguration(initializers = OfflineServices.class)
class SupportAnswersTests {

	@Autowired
	@BraintrustProject("support")
	private ProjectEvals evals;

	@Autowired
	private SupportAgent agent;

	@TestFactory
	Stream<DynamicTest> supportAnswers() {
		return EvalTests.of(
				this.evals.experiment("support answers")
					.cases(Dataset.jsonl("classpath:evals/support-answers.jsonl"))
					.task(this::answer)
					.scorers(Scorers.containsIgnoringCase())
					.scorer("tools", (it) -> it.trace().toolNames().equals(it.metadata().get("tools")) ? 1 : 0)
					.trials(2)
					.baseline(Baseline.file("src/test/evals/support-answers.json")),
				(result) -> assertThat(result).hasNoErrors()
					.score("contains")
					.inEveryTrial()
					.rateAtLeast(0.9, 1)
					.hasNotRegressedBy(0.02)
					.score("tools")
					.averageAtLeast(0.9));
	}

	private String answer(String question) {
		Conversation conversation = new Conversation();
		conversation.add(MessageType.USER, question);
		return this.agent.answer(conversation, "evaluation");
	}

}
