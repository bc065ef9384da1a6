package dev.braintrust.spring.beside;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustModelAutoConfiguration;
import dev.braintrust.spring.support.ScriptedModel;
import dev.braintrust.spring.test.RecordedSpans;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientBuilderCustomizer;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.stereotype.Component;

import static dev.braintrust.spring.test.BraintrustAssertions.assertThat;
import static dev.braintrust.spring.test.ExpectedSpan.llm;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a project's builder is only used for its project, and that the application
 * has Spring AI's builder as without it.
 */
class ProjectBuildersTests {

	private final RecordedSpans spans = new RecordedSpans();

	private final ScriptedModel model = new ScriptedModel();

	private final AtomicReference<ConfigurableApplicationContext> started = new AtomicReference<>();

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withInitializer(this.started::set)
		.withConfiguration(AutoConfigurations.of(ChatClientAutoConfiguration.class, BraintrustAutoConfiguration.class,
				BraintrustChatAutoConfiguration.class, BraintrustModelAutoConfiguration.class))
		.withPropertyValues("braintrust.projects.support.name=Support Agent",
				"braintrust.projects.research.name=Research Agent")
		.withBean(RecordedSpans.class, () -> this.spans)
		.withBean("first", ChatModel.class, () -> this.model);

	@ParameterizedTest
	@ValueSource(classes = { OwnBuilder.class, PrimaryBuilder.class, SingletonBuilder.class, BuilderFactory.class,
			BuilderOfTwoProjects.class, ScopedBuilder.class })
	void annotatedBuilderServesNoInjectionPointWithoutTheAnnotation(Class<?> configuration) {
		this.runner.withUserConfiguration(configuration, Unannotated.class).run((context) -> {
			assertThat(context).hasNotFailed();
			Unannotated service = context.getBean(Unannotated.class);
			for (ChatClient.Builder builder : List.of(service.builder, service.provider.getObject(),
					service.provider.getIfUnique(), service.provider.getIfAvailable(), service.list.get(0),
					service.map.get("chatClientBuilder"), context.getBean(ChatClient.Builder.class),
					context.getBeanProvider(ChatClient.Builder.class).getObject())) {
				assertUntouched(builder);
			}
			assertThat(service.list).hasSize(1);
			assertThat(service.map).containsOnlyKeys("chatClientBuilder");
			assertThat(service.provider.orderedStream()).hasSize(1);
			assertThat(service.provider.stream()).hasSize(1);
		});
	}

	@Test
	void builderOfAProjectNeedsNoBean() {
		this.runner.withUserConfiguration(Customizer.class, SupportAgent.class).run((context) -> {
			assertThat(context).hasNotFailed();
			SupportAgent agent = context.getBean(SupportAgent.class);
			assertThat(agent.builder).isNotSameAs(agent.another.getObject());
			this.model.says("fine");
			assertThat(agent.builder.build().prompt("hello").call().content()).isEqualTo("fine");
		});
		assertThat(this.spans).project("support")
			.hasTrace((trace) -> trace.root("support").hasChild(llm().inputContaining("You are customized.")));
		assertThat(this.spans).project("research").hasNoSpans();
	}

	@Test
	void builderOfAProjectIsOneForEachInjectionPoint() {
		this.runner.withUserConfiguration(SupportAgent.class, ResearchAgent.class).run((context) -> {
			context.getBean(SupportAgent.class).builder.defaultSystem("You are a support agent.");
			this.model.says("fine").says("fine");
			context.getBean(ResearchAgent.class).builder.build().prompt("hello").call().content();
			context.getBean(SupportAgent.class).another.getObject().build().prompt("hello").call().content();
			assertThat(this.model.prompts()).allMatch((prompt) -> prompt.getInstructions().size() == 1);
		});
		assertThat(this.spans).project("support").hasTrace((trace) -> trace.root("support").hasChild(llm()));
		assertThat(this.spans).project("research").hasTrace((trace) -> trace.root("research").hasChild(llm()));
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnBuilder.class, PrimaryBuilder.class, SingletonBuilder.class, BuilderFactory.class,
			ScopedBuilder.class, SupportAutoConfiguration.class })
	void annotatedBuilderOfTheApplicationServesItsProject(Class<?> configuration) {
		this.runner.withUserConfiguration(configuration, SupportAgent.class).run((context) -> {
			this.model.says("fine");
			context.getBean(SupportAgent.class).builder.build().prompt("hello").call().content();
		});
		assertThat(this.spans).project("support")
			.hasTrace((trace) -> trace.root().hasChild(llm().inputContaining("You are a support agent.")));
	}

	@Test
	void annotatedBuilderOfAnotherAutoConfigurationIsHiddenFromSpringAi() {
		this.runner.withConfiguration(AutoConfigurations.of(SupportAutoConfiguration.class))
			.withUserConfiguration(Unannotated.class)
			.run((context) -> assertUntouched(context.getBean(Unannotated.class).builder));
	}

	@Test
	void builderOfTheApplicationIsTheOneThatProjectsBuildersAreMadeOf() {
		this.runner.withUserConfiguration(BuilderOfTheApplication.class, SupportAgent.class).run((context) -> {
			ChatClient.Builder own = context.getBean(ChatClient.Builder.class);
			context.getBean(SupportAgent.class).builder.defaultUser("changed");
			this.model.says("fine").says("fine");
			own.build().prompt("hello").call().content();
			assertThat(this.spans).project("support").hasNoSpans();
			context.getBean(SupportAgent.class).builder.build().prompt("hello").call().content();
			assertThat(this.model.prompts()).allMatch((prompt) -> prompt.getContents().contains("everybody"));
		});
		assertThat(this.spans).project("support").hasTrace((trace) -> trace.root("support").hasChild(llm()));
	}

	@Test
	void applicationWithoutSpringAisBuilderIsToldHowToDeclareOne() {
		this.runner.withUserConfiguration(SupportAgent.class)
			.withPropertyValues("spring.ai.chat.client.enabled=false")
			.run((context) -> assertThat(analysis(context))
				.contains("Parameter 0 of constructor in " + SupportAgent.class.getName()
						+ " asks for a bean of type 'org.springframework.ai.chat.client.ChatClient$Builder' of the "
						+ "Braintrust project 'support', but the application has no ChatClient.Builder to create it "
						+ "from: Spring AI's own is missing, or 'spring.ai.chat.client.enabled' is false",
						"@BraintrustProject(\"support\") ChatClient.Builder builder(ChatModel model) { return "
								+ "ChatClient.builder(model); }"));
	}

	@Test
	void injectionPointWithoutTheAnnotationIsToldThatBuildersBelongToProjects() {
		this.runner.withUserConfiguration(OwnBuilder.class, Unannotated.class)
			.withPropertyValues("spring.ai.chat.client.enabled=false")
			.run((context) -> assertThat(analysis(context)).contains(
					"asks for a bean of type 'org.springframework.ai.chat.client.ChatClient$Builder'. The "
							+ "application has no such bean of its own, and project beans are injected only if the "
							+ "injection point names their project.",
					"If a project is meant, annotate the injection point with its key"));
	}

	@Test
	void applicationWithSeveralModelsIsToldHowToChoose() {
		this.runner.withUserConfiguration(SupportAgent.class)
			.withBean("second", ChatModel.class, ScriptedModel::new)
			.run((context) -> assertThat(analysis(context)).contains(
					"because the application has several beans of the type ChatModel: first, second.",
					"mark one of several models with @Primary."));
	}

	@Test
	void projectsThatNobodyAsksForABuilderNeedNone() {
		this.runner.withPropertyValues("spring.ai.chat.client.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
		new ApplicationContextRunner().withClassLoader(new FilteredClassLoader("org.springframework.ai"))
			.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
			.withPropertyValues("braintrust.projects.support.name=Support Agent")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("braintrust.projects.support.chatClientBuilder"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.ai.chat.client.enabled=false", "spring.ai.chat.client.enabled=true" })
	void whoeverAsksForAllBeansGetsThem(String property) {
		this.runner.withPropertyValues(property).run((context) -> {
			assertThat(context.getBeansOfType(Object.class)).isNotEmpty();
			assertThat(context.getBeanDefinitionNames()).allSatisfy((name) -> context.getBean(name));
		});
	}

	@Test
	void whoeverAsksForAllBeansGetsThemWhereNothingTracesBuilders() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(ChatClientAutoConfiguration.class, BraintrustAutoConfiguration.class))
			.withPropertyValues("braintrust.projects.support.name=Support Agent")
			.withBean(ChatModel.class, () -> this.model)
			.run((context) -> assertThat(context.getBeansOfType(Object.class)).isNotEmpty());
	}

	@Test
	void optionalBuilderOfAProjectIsAbsentWhereThereIsNone() {
		this.runner.withUserConfiguration(OptionalBuilder.class)
			.withPropertyValues("spring.ai.chat.client.enabled=false")
			.run((context) -> assertThat(context.getBean(OptionalBuilder.class).builder.getIfAvailable()).isNull());
	}

	@Test
	void builderWithTheNameOfSpringAisIsToldToHaveAnother() {
		this.runner.withUserConfiguration(SameName.class)
			.run((context) -> assertThat(analysis(context)).contains(
					"The bean 'chatClientBuilder' of the Braintrust project 'support' has the same name as a bean "
							+ "that an auto-configuration creates for the application",
					"Give the bean of the project another name."));
	}

	@Test
	void severalBuildersOfAProjectAreNamedWithoutTheStartersOwn() {
		this.runner.withUserConfiguration(OwnBuilder.class, SecondBuilder.class, SupportAgent.class)
			.run((context) -> assertThat(analysis(context))
				.contains("several belong to it: 'supportBuilder', 'secondBuilder'.")
				.doesNotContain("braintrust.projects"));
	}

	private String analysis(AssertableApplicationContext context) {
		SpringFactoriesLoader.ArgumentResolver arguments = SpringFactoriesLoader.ArgumentResolver
			.of(BeanFactory.class, this.started.get().getBeanFactory())
			.and(Environment.class, this.started.get().getEnvironment());
		List<FailureAnalyzer> analyzers = SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, arguments,
					SpringFactoriesLoader.FailureHandler.logging(LogFactory.getLog(ProjectBuildersTests.class)));
		AnnotationAwareOrderComparator.sort(analyzers);
		FailureAnalysis analysis = analyzers.stream()
			.map((analyzer) -> analyzer.analyze(context.getStartupFailure()))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow();
		return analysis.getDescription() + "\n" + analysis.getAction();
	}

	private void assertUntouched(ChatClient.Builder builder) {
		this.model.says("fine");
		builder.build().prompt("hello").call().content();
		assertThat(this.model.prompts().get(this.model.prompts().size() - 1).getInstructions()).hasSize(1);
		assertThat(this.spans).project("support").hasNoSpans();
		assertThat(this.spans).project("research").hasNoSpans();
	}

	static class OptionalBuilder {

		private final ObjectProvider<ChatClient.Builder> builder;

		OptionalBuilder(@BraintrustProject("support") ObjectProvider<ChatClient.Builder> builder) {
			this.builder = builder;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnBuilder {

		@Bean
		@Scope("prototype")
		@BraintrustProject("support")
		ChatClient.Builder supportBuilder(ChatModel model) {
			return ChatClient.builder(model).defaultSystem("You are a support agent.");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryBuilder {

		@Bean
		@Primary
		@BraintrustProject("support")
		ChatClient.Builder supportBuilder(ChatModel model) {
			return ChatClient.builder(model).defaultSystem("You are a support agent.");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ScopedBuilder {

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
		@BraintrustProject("support")
		ChatClient.Builder supportBuilder(ChatModel model) {
			return ChatClient.builder(model).defaultSystem("You are a support agent.");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SingletonBuilder {

		@Bean
		@BraintrustProject("support")
		ChatClient.Builder supportBuilder(ChatModel model) {
			return ChatClient.builder(model).defaultSystem("You are a support agent.");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ OwnBuilder.class, ResearchBuilder.class })
	static class BuilderOfTwoProjects {

	}

	@Configuration(proxyBeanMethods = false)
	static class ResearchBuilder {

		@Bean
		@BraintrustProject("research")
		ChatClient.Builder researchBuilder(ChatModel model) {
			return ChatClient.builder(model).defaultSystem("You are a researcher.");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Factory.class)
	static class BuilderFactory {

	}

	@Component
	@BraintrustProject("support")
	static class Factory implements FactoryBean<ChatClient.Builder> {

		@Autowired
		private ChatModel model;

		@Override
		public ChatClient.Builder getObject() {
			return ChatClient.builder(this.model).defaultSystem("You are a support agent.");
		}

		@Override
		public Class<?> getObjectType() {
			return ChatClient.Builder.class;
		}

	}

	@AutoConfiguration
	static class SupportAutoConfiguration {

		@Bean
		@BraintrustProject("support")
		ChatClient.Builder supportBuilder(ChatModel model) {
			return ChatClient.builder(model).defaultSystem("You are a support agent.");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondBuilder {

		@Bean
		@BraintrustProject("support")
		ChatClient.Builder secondBuilder(ChatModel model) {
			return ChatClient.builder(model);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SameName {

		@Bean
		@BraintrustProject("support")
		ChatClient.Builder chatClientBuilder(ChatModel model) {
			return ChatClient.builder(model);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BuilderOfTheApplication {

		@Bean
		ChatClient.Builder builderOfTheApplication(ChatModel model) {
			return ChatClient.builder(model).defaultSystem("You serve everybody.");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Customizer {

		@Bean
		ChatClientBuilderCustomizer customizer() {
			return (builder) -> builder.defaultSystem("You are customized.");
		}

	}

	static class SupportAgent {

		private final ChatClient.Builder builder;

		private final ObjectProvider<ChatClient.Builder> another;

		SupportAgent(@BraintrustProject("support") ChatClient.Builder builder,
				@BraintrustProject("support") ObjectProvider<ChatClient.Builder> another) {
			this.builder = builder;
			this.another = another;
		}

	}

	static class ResearchAgent {

		private final ChatClient.Builder builder;

		ResearchAgent(@BraintrustProject("research") ChatClient.Builder builder) {
			this.builder = builder;
		}

	}

	static class Unannotated {

		@Autowired
		private ChatClient.Builder builder;

		@Autowired
		private ObjectProvider<ChatClient.Builder> provider;

		@Autowired
		private List<ChatClient.Builder> list;

		@Autowired
		private Map<String, ChatClient.Builder> map;

	}

}
