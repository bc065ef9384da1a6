package dev.braintrust.spring.autoconfigure.diagnostics;

import java.lang.reflect.Proxy;

import com.anthropic.client.AnthropicClientAsync;
import com.openai.client.OpenAIClient;
import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustModelAutoConfiguration;
import dev.braintrust.spring.support.ScriptedModel;
import io.opentelemetry.api.OpenTelemetry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the warnings about clients without a project.
 */
@ExtendWith(OutputCaptureExtension.class)
class ClientsWithoutProjectTests {

	private static final String NO_PROJECT = "belongs to no Braintrust project and is not traced";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ChatClientAutoConfiguration.class, BraintrustAutoConfiguration.class,
				BraintrustChatAutoConfiguration.class, BraintrustModelAutoConfiguration.class))
		.withPropertyValues("braintrust.api-key=sk-test", "braintrust.api-url=http://127.0.0.1:9",
				"braintrust.check-on-startup=false", "braintrust.projects.support.name=Support Agent")
		.withBean("model", ChatModel.class, ScriptedModel::new);

	@Test
	void clientsOfSdksAndBuildersAreNamedWithTheRemedy(CapturedOutput output) {
		run(Unannotated.class);
		assertThat(output)
			.containsOnlyOnce("The OpenAIClient bean 'openAi' " + NO_PROJECT
					+ ". Annotate it with the key of its project, " + "such as @BraintrustProject(\"support\").")
			.containsOnlyOnce("The AnthropicClientAsync bean 'anthropic' " + NO_PROJECT)
			.containsOnlyOnce("The ChatClient.Builder bean 'ownBuilder' " + NO_PROJECT);
	}

	@Test
	void clientsOfProjectsAndOfAutoConfigurationsAreNoMistake(CapturedOutput output) {
		this.runner.withConfiguration(AutoConfigurations.of(OfAnotherStarter.class))
			.withUserConfiguration(Annotated.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBean(ChatClient.Builder.class);
			});
		assertThat(output).doesNotContain(NO_PROJECT).doesNotContain("has no effect");
	}

	@Test
	void clientThatABeanOfAProjectIsMadeOfIsNoMistake(CapturedOutput output) {
		run(HandedOn.class);
		assertThat(output).doesNotContain("'openAi' " + NO_PROJECT).doesNotContain("'ownBuilder' " + NO_PROJECT);
	}

	@Test
	void clientThatWritesIntoTheOpenTelemetryOfAProjectIsNoMistake(CapturedOutput output) {
		run(WrappedByAnother.class);
		assertThat(output).doesNotContain("belongs to no Braintrust project");
	}

	@Test
	void clientThatMayBeGivenToTheRegistryIsNoMistake(CapturedOutput output) {
		this.runner.withUserConfiguration(Unannotated.class, UsesTheRegistry.class)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(NO_PROJECT);
	}

	@Test
	void projectWhoseBuilderIsInjectedIsUsed(CapturedOutput output) {
		run(UsesTheBuilder.class);
		assertThat(output).doesNotContain("no bean uses it");
	}

	private void run(Class<?> configuration) {
		this.runner.withUserConfiguration(configuration).run((context) -> assertThat(context).hasNotFailed());
	}

	private static <T> T client(Class<T> type) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> switch (method.getName()) {
					case "equals" -> proxy == arguments[0];
					case "hashCode" -> System.identityHashCode(proxy);
					case "toString" -> "client";
					case "withOptions" -> proxy;
					default -> null;
				}));
	}

	@Configuration(proxyBeanMethods = false)
	static class Unannotated {

		@Bean
		OpenAIClient openAi() {
			return client(OpenAIClient.class);
		}

		@Bean
		AnthropicClientAsync anthropic() {
			return client(AnthropicClientAsync.class);
		}

		@Bean
		ChatClient.Builder ownBuilder(ChatModel model) {
			return ChatClient.builder(model);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Annotated {

		@Bean
		@BraintrustProject("support")
		OpenAIClient openAi() {
			return client(OpenAIClient.class);
		}

		@Bean
		@BraintrustProject("support")
		ChatClient.Builder ownBuilder(ChatModel model) {
			return ChatClient.builder(model);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HandedOn extends Unannotated {

		@Bean
		@BraintrustProject("support")
		OpenAIClient supportClient(OpenAIClient openAi) {
			return openAi;
		}

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat(ChatClient.Builder builder) {
			return builder.build();
		}

	}

	@AutoConfiguration
	static class OfAnotherStarter {

		@Bean
		AnthropicClientAsync anthropic() {
			return client(AnthropicClientAsync.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UsesTheRegistry {

		@Bean
		String usesTheRegistry(BraintrustProjects projects) {
			return projects.keys().toString();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UsesTheBuilder {

		@Bean
		String usesTheBuilder(@BraintrustProject("support") ChatClient.Builder builder) {
			return builder.toString();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WrappedByAnother {

		@Bean
		OpenAIClient wrapped(@BraintrustProject("support") OpenTelemetry openTelemetry) {
			return client(OpenAIClient.class);
		}

	}

}
