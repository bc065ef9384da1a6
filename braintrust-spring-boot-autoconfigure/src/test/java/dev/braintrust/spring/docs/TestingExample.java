package dev.braintrust.spring.docs;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.support.ScriptedModel;
import dev.braintrust.spring.test.RecordedSpans;
import dev.braintrust.spring.test.ScriptedAnswer;
import dev.braintrust.spring.test.ScriptedChatModel;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static dev.braintrust.spring.test.BraintrustAssertions.assertThat;
import static dev.braintrust.spring.test.ExpectedSpan.llm;

/**
 * The examples in {@code docs/testing.md} and {@code docs/migration.md}.
 */
class TestingExample {

	private final Tracer tracer = new RecordedSpans().projects("support").tracer("support");

	private final Orders orders = (number) -> "order " + number;

	@Test
	void withAContextRunner() {
		RecordedSpans spans = new RecordedSpans();
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class))
			.withPropertyValues("braintrust.projects.support.name=Support Agent")
			.withBean(RecordedSpans.class, () -> spans)
			.withUserConfiguration(Agents.class)
			.run((context) -> context.getBean(ChatClient.class).prompt("Where is my order?").call().content());
		assertThat(spans).project("support").hasTrace((trace) -> trace.root("supportChat").hasChild(llm()));
	}

	@Test
	void withoutSpring() {
		ChatModel model = new ScriptedChatModel("On its way.");
		RecordedSpans spans = new RecordedSpans();
		BraintrustProjects projects = spans.projects("support");
		ChatClient chat = projects.instrument("support", ChatClient.create(model));
		projects.tracer("support").rootSpan("answer").run((span) -> chat.prompt("Where is my order?").call().content());
		assertThat(spans).project("support")
			.hasTrace((trace) -> trace.root("answer").hasDescendant(llm().inputContaining("order")));
	}

	@Test
	void scripted() {
		ScriptedChatModel model = new ScriptedChatModel("Hello.")
			.answers(ScriptedAnswer.tool("lookUpOrder", "{\"number\": 4711}"),
					ScriptedAnswer.chunks("On its ", "way.").usage(20, 5).model("gpt-5-mini"),
					ScriptedAnswer.failure(new IllegalStateException("overloaded")))
			.answersTo("refund", ScriptedAnswer.text("I am sorry."));
		Assertions.assertThat(model.call("Hi")).isEqualTo("Hello.");
		Assertions.assertThat(model.call("I want a refund")).isEqualTo("I am sorry.");
		Assertions.assertThat(model.left()).hasSize(3);
	}

	@Test
	void spanByHand() {
		Assertions.assertThat(lookUp(1)).isEqualTo("order 1");
	}

	private String lookUp(int number) {
		Span span = this.tracer.spanBuilder("lookup").startSpan();
		try (Scope scope = span.makeCurrent()) {
			return this.orders.find(number);
		}
		finally {
			span.end();
		}
	}

	interface Orders {

		String find(int number);

	}

	@Configuration(proxyBeanMethods = false)
	static class Agents {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat() {
			return ChatClient.create(new ScriptedModel().says("On its way."));
		}

	}

}
