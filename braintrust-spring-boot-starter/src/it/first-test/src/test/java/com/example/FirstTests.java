package com.example;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.test.RecordedSpans;
import dev.braintrust.spring.test.ScriptedChatModel;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

import static dev.braintrust.spring.test.BraintrustAssertions.assertThat;
import static dev.braintrust.spring.test.ExpectedSpan.llm;
import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(properties = { "braintrust.projects.support.name=Support Agent", "spring.ai.model.chat=none",
		"spring.ai.openai.api-key=unused" })
class FirstTests {

	@Autowired
	@BraintrustProject("support")
	private ChatClient.Builder builder;

	@Autowired
	private RecordedSpans spans;

	@Test
	void answerIsTraced() {
		String answer = this.builder.build().prompt("Where is my order?").call().content();
		assertThat(answer).isEqualTo("On its way.");
		assertThat(this.spans).project("support")
			.hasTrace((trace) -> trace.root("support")
				.hasChild(llm().inputContaining("Where is my order?").outputContaining("On its way.")));
	}

	@TestConfiguration
	static class Script {

		@Bean
		ScriptedChatModel chatModel() {
			return new ScriptedChatModel("On its way.");
		}

	}

}
