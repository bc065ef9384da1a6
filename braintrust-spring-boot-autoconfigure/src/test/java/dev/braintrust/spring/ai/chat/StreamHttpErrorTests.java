package dev.braintrust.spring.ai.chat;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.support.ModelServer;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.ai.model.openai.autoconfigure.OpenAiChatAutoConfiguration;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests that an HTTP error of a stream is recorded without its wrapper exception, while
 * the caller still gets the wrapper.
 */
class StreamHttpErrorTests {

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ModelServer model = new ModelServer();

	@AfterEach
	void close() {
		this.receiver.close();
		this.model.close();
	}

	@Test
	void errorOfTheServerIsTheErrorOfBothSpans() {
		for (int i = 0; i < 2; i++) {
			this.model.answers(401, "application/json", "{\"error\": {\"message\": \"bad key\"}}");
		}
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class,
					BraintrustChatAutoConfiguration.class, ToolCallingAutoConfiguration.class,
					OpenAiChatAutoConfiguration.class, ChatClientAutoConfiguration.class))
			.withUserConfiguration(Clients.class)
			.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
					"braintrust.projects.support.name=Support Agent", "spring.ai.openai.base-url=" + this.model.url(),
					"spring.ai.openai.api-key=sk-model", "spring.ai.openai.chat.options.model=gpt-4o-mini")
			.run((context) -> {
				Throwable bare = failure(context.getBean("bare", ChatClient.class));
				Throwable traced = failure(context.getBean("traced", ChatClient.class));
				assertThat(traced).hasSameClassAs(bare).hasMessage(bare.getMessage());
			});
		assertThat(this.receiver.awaitSpans(2)).hasSize(2)
			.allMatch(ReceivedSpan::error)
			.allSatisfy((span) -> assertThat(span.statusMessage()).contains("bad key").doesNotContain("Exception"));
	}

	private static Throwable failure(ChatClient chat) {
		return catchThrowable(() -> chat.prompt("hello").stream().content().blockLast());
	}

	@Configuration(proxyBeanMethods = false)
	static class Clients {

		@Bean
		ChatClient bare(ChatClient.Builder builder) {
			return builder.build();
		}

		@Bean
		@BraintrustProject("support")
		ChatClient traced(ChatClient.Builder builder) {
			return builder.build();
		}

	}

}
