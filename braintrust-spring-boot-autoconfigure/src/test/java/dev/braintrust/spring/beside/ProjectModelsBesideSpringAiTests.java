package dev.braintrust.spring.beside;

import java.lang.reflect.Proxy;
import java.util.List;

import com.openai.client.OpenAIClient;
import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustModelAutoConfiguration;
import dev.braintrust.spring.support.ScriptedModel;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.ai.model.openai.autoconfigure.OpenAiChatAutoConfiguration;
import org.springframework.ai.model.openai.autoconfigure.OpenAiEmbeddingAutoConfiguration;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.openai.OpenAiEmbeddingModel;
import org.springframework.ai.openai.OpenAiEmbeddingOptions;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

import static dev.braintrust.spring.test.BraintrustAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a model or a client of a project takes the place of no bean that the
 * application has without it.
 */
class ProjectModelsBesideSpringAiTests {

	private final RecordedSpans spans = new RecordedSpans();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ToolCallingAutoConfiguration.class, OpenAiChatAutoConfiguration.class,
				OpenAiEmbeddingAutoConfiguration.class, ChatClientAutoConfiguration.class,
				BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class,
				BraintrustModelAutoConfiguration.class))
		.withPropertyValues("braintrust.projects.support.name=Support Agent", "spring.ai.openai.api-key=sk-test")
		.withBean(RecordedSpans.class, () -> this.spans);

	@Test
	void springAisModelServesTheRestOfTheApplicationBesideOneOfAProject() {
		this.runner.withUserConfiguration(ByInterface.class, Unannotated.class, Annotated.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Unannotated.class).chat).isSameAs(context.getBean("openAiChatModel"));
			assertThat(context.getBean(Unannotated.class).embeddings).isSameAs(context.getBean("openAiEmbeddingModel"));
			assertThat(context.getBean(ChatModel.class)).isSameAs(context.getBean("openAiChatModel"));
			assertThat(context.getBean(Annotated.class).chat).isSameAs(context.getBean("supportModel"));
			assertThat(context.getBean(Annotated.class).embeddings).isSameAs(context.getBean("supportEmbeddings"));
			assertThat(context.getBean(Unannotated.class).models).hasSize(2);
		});
	}

	@Test
	void springAisModelDoesNotBackOffBecauseOfOneOfAProject() {
		this.runner.withUserConfiguration(ByClass.class, Unannotated.class, Annotated.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Unannotated.class).chat).isSameAs(context.getBean("openAiChatModel"));
			assertThat(context.getBean(Unannotated.class).embeddings).isSameAs(context.getBean("openAiEmbeddingModel"));
			assertThat(context.getBean(Annotated.class).embeddings).isSameAs(context.getBean("supportEmbeddings"));
		});
	}

	@Test
	void primaryModelOfAProjectServesTheWholeApplication() {
		this.runner.withUserConfiguration(ByClassAndPrimary.class, Unannotated.class).run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean("openAiEmbeddingModel");
			assertThat(context.getBean(Unannotated.class).embeddings).isSameAs(context.getBean("supportEmbeddings"));
		});
	}

	@Test
	void onlyModelOfTheApplicationServesItWhateverProjectItBelongsTo() {
		this.runner.withUserConfiguration(ByInterface.class, Unannotated.class)
			.withPropertyValues("spring.ai.model.chat=none", "spring.ai.model.embedding=none")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(Unannotated.class).chat).isSameAs(context.getBean("supportModel"));
				assertThat(context.getBean(Unannotated.class).embeddings)
					.isSameAs(context.getBean("supportEmbeddings"));
				assertThat(context.getBean(Unannotated.class).builder).isNotNull();
			});
	}

	@Test
	void clientOfAProviderMakesNoOtherBackOff() {
		this.runner.withUserConfiguration(SupportClient.class, UnannotatedClient.class)
			.withConfiguration(AutoConfigurations.of(ClientAutoConfiguration.class))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(UnannotatedClient.class).client).isSameAs(context.getBean("openAIClient"));
				assertThat(context.getBean(UnannotatedClient.class).provider.getIfUnique())
					.isSameAs(context.getBean("openAIClient"));
			});
	}

	@Test
	void clientOfTheApplicationIsInjectedWithoutTheAnnotationSinceNothingElseIsMeant() {
		this.runner.withUserConfiguration(SupportChat.class)
			.run((context) -> assertThat(context.getBeanProvider(ChatClient.class).getIfUnique())
				.isSameAs(context.getBean("supportChat")));
	}

	private static OpenAiEmbeddingModel embeddings() {
		return OpenAiEmbeddingModel.builder()
			.options(OpenAiEmbeddingOptions.builder().apiKey("sk-test").build())
			.build();
	}

	private static OpenAIClient client() {
		return (OpenAIClient) Proxy.newProxyInstance(OpenAIClient.class.getClassLoader(),
				new Class<?>[] { OpenAIClient.class }, (proxy, method, arguments) -> switch (method.getName()) {
					case "equals" -> proxy == arguments[0];
					case "hashCode" -> System.identityHashCode(proxy);
					case "toString" -> "client";
					default -> null;
				});
	}

	@Configuration(proxyBeanMethods = false)
	static class ByInterface {

		@Bean
		@BraintrustProject("support")
		ChatModel supportModel() {
			return new ScriptedModel();
		}

		@Bean
		@BraintrustProject("support")
		EmbeddingModel supportEmbeddings() {
			return embeddings();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByClass {

		@Bean
		@BraintrustProject("support")
		OpenAiChatModel supportModel() {
			return OpenAiChatModel.builder().options(OpenAiChatOptions.builder().apiKey("sk-test").build()).build();
		}

		@Bean
		@BraintrustProject("support")
		OpenAiEmbeddingModel supportEmbeddings() {
			return embeddings();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByClassAndPrimary {

		@Bean
		@Primary
		@BraintrustProject("support")
		OpenAiEmbeddingModel supportEmbeddings() {
			return embeddings();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SupportClient {

		@Bean
		@BraintrustProject("support")
		OpenAIClient supportClient() {
			return client();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SupportChat {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat(ChatClient.Builder builder) {
			return builder.build();
		}

	}

	/**
	 * As OpenAI's own starter has it.
	 */
	@Configuration(proxyBeanMethods = false)
	static class ClientAutoConfiguration {

		@Bean
		@ConditionalOnMissingBean
		OpenAIClient openAIClient() {
			return client();
		}

	}

	static class Unannotated {

		@Autowired
		private ChatModel chat;

		@Autowired
		private ChatClient.Builder builder;

		@Autowired
		private EmbeddingModel embeddings;

		@Autowired
		private List<ChatModel> models;

	}

	static class UnannotatedClient {

		@Autowired
		private OpenAIClient client;

		@Autowired
		private ObjectProvider<OpenAIClient> provider;

	}

	static class Annotated {

		@Autowired
		@BraintrustProject("support")
		private ChatModel chat;

		@Autowired
		@BraintrustProject("support")
		private EmbeddingModel embeddings;

	}

}
