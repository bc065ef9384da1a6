package dev.braintrust.spring.sample.desk;

import java.time.Duration;

import dev.braintrust.spring.sample.offline.OfflineServices;
import dev.braintrust.spring.test.AutoConfigureBraintrustTest;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.messages.MessageType;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.ContextConfiguration;

import static dev.braintrust.spring.test.BraintrustAssertions.assertThat;
import static dev.braintrust.spring.test.ExpectedSpan.llm;
import static dev.braintrust.spring.test.ExpectedSpan.task;
import static dev.braintrust.spring.test.ExpectedSpan.tool;

/**
 * Tests the support desk by its traces. No spans are sent, and no key is needed.
 */
@AutoConfigureBraintrustTest
@SpringBootTest(properties = { "sample.demo=false",
		"spring.datasource.url=jdbc:h2:mem:desk;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE" })
@ContextConfiguration(initializers = OfflineServices.class)
class SupportDeskTests {

	@Autowired
	private SupportDesk desk;

	@Autowired
	private SupportAgent agent;

	@Autowired
	private RecordedSpans spans;

	@Test
	void anOrderIsLookedUpByTheJobThatAnswers() {
		long conversation = this.desk.open();
		this.desk.receive(conversation, "Where is my order 4711?");
		assertThat(this.spans).project("support")
			.within(Duration.ofSeconds(30))
			.hasTrace((trace) -> trace.root("answer")
				.isLike(task("answer").metadata("job", conversation + "-1").withoutError())
				.child(task("supportChat"))
				.hasChildren(llm().model("gpt-5-mini").inputContaining("Where is my order 4711?"),
						tool("lookUpOrder").inputContaining("4711").outputContaining("Aurora desk lamp"),
						llm().outputContaining("Aurora desk lamp")));
		assertThat(this.spans).project("research").hasNoSpans();
	}

	@Test
	void aConversationIsOneTrace() {
		Conversation conversation = new Conversation();
		conversation.add(MessageType.USER, "Where is my order 4711?");
		conversation.add(MessageType.ASSISTANT, this.agent.answer(conversation, "1"));
		conversation.add(MessageType.USER, "Thanks! Please sum up what I should know.");
		this.agent.answer(conversation, "2");
		assertThat(this.spans).project("support")
			.hasTraces(1)
			.hasTrace((trace) -> trace.root("answer")
				.hasChildren(task("supportChat"), task("answer").metadata("job", "2").withChild(task("supportChat"))));
	}

	@Test
	void anotherAgentAnswersInAProjectOfItsOwn() {
		Conversation conversation = new Conversation();
		conversation.add(MessageType.USER, "Does the blue one charge over USB-C?");
		this.agent.answer(conversation, "1");
		assertThat(this.spans).project("support").hasTrace((trace) -> trace.hasSpan(tool("askResearch")));
		assertThat(this.spans).project("research")
			.hasTraces(1)
			.hasTrace((trace) -> trace.root("researchChat").hasChildren(llm().inputContaining("USB-C")));
	}

}
