package dev.braintrust.spring.beside;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

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
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

import static dev.braintrust.spring.test.BraintrustAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the annotation on a model or a client does not affect the rest of the
 * application.
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
	void annotationChangesNoInjection() {
		for (Class<?> models : List.of(ByInterface.class, ByClass.class, ByClassAndPrimary.class)) {
			List<String> plain = candidates(models, "braintrust.enabled=false");
			assertThat(candidates(models, "braintrust.enabled=true")).isEqualTo(plain);
		}
	}

	// The models of an application, and the models that are injected without
	// an annotation.
	private List<String> candidates(Class<?> models, String property) {
		List<String> candidates = new ArrayList<>();
		this.runner.withUserConfiguration(models).withPropertyValues(property).run((context) -> {
			for (Class<?> type : List.of(ChatModel.class, EmbeddingModel.class, OpenAiEmbeddingModel.class)) {
				Object injected = context.getBeanProvider(type).getIfUnique();
				candidates.addAll(List.of(context.getBeanNamesForType(type)));
				candidates.add(context.getBeansOfType(type)
					.entrySet()
					.stream()
					.filter((bean) -> bean.getValue() == injected)
					.map(Map.Entry::getKey)
					.collect(Collectors.joining()));
			}
		});
		assertThat(candidates).contains("supportEmbeddings");
		return candidates;
	}

	@Test
	void annotatedModelIsInjectedByTheAnnotationBesideAnother() {
		this.runner.withUserConfiguration(ByInterface.class, Annotated.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Annotated.class).chat).isSameAs(context.getBean("supportModel"));
			assertThat(context.getBean(Annotated.class).embeddings).isSameAs(context.getBean("supportEmbeddings"));
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
	static class SupportChat {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat(ChatClient.Builder builder) {
			return builder.build();
		}

	}

	static class Unannotated {

		@Autowired
		private ChatModel chat;

		@Autowired
		private ChatClient.Builder builder;

		@Autowired
		private EmbeddingModel embeddings;

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
