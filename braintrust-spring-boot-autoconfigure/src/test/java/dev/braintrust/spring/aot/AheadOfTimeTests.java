package dev.braintrust.spring.aot;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustModelAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustObservationAutoConfiguration;
import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.autoconfigure.properties.EvalProperties;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.prompt.BraintrustPrompts;
import dev.braintrust.spring.prompt.ProjectPrompts;
import dev.braintrust.spring.prompt.PromptUnavailableException;
import dev.braintrust.spring.support.BraintrustServer;
import dev.braintrust.spring.support.BraintrustServer.Call;
import dev.braintrust.spring.support.ReceivedSpan;
import dev.braintrust.spring.support.ScriptedModel;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisorChain;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of a context that was processed ahead of time, with the generated code compiled
 * and run.
 */
@Tag("process")
class AheadOfTimeTests {

	private final BraintrustServer receiver = new BraintrustServer();

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@Test
	@CompileWithForkedClassLoader
	void generatedContextHasTheSameQualifiedBeansAndTracesClients() {
		refreshAheadOfTime((context) -> {
			Injected injected = context.getBean(Injected.class);
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			assertThat(projects.keys()).containsExactlyInAnyOrder("support", "research");
			assertThat(injected.support()).isSameAs(projects.tracer("support"));
			assertThat(injected.research()).isSameAs(projects.tracer("research"));
			assertThat(injected.provider()).isSameAs(projects.tracerProvider("research"));
			assertThat(injected.openTelemetry()).isSameAs(projects.openTelemetry("support"));
			assertThat(injected.chat().prompt("hello").call().content()).isEqualTo("fine");
			assertThat(context.getBeanFactory().getBeanDefinition("braintrust.projects.support.tracer")).satisfies(
					(definition) -> assertThat(((AbstractBeanDefinition) definition).isDefaultCandidate()).isFalse());
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(2);
		assertThat(spans).extracting(ReceivedSpan::type).containsExactly("llm", "task");
		assertThat(spans).allMatch((span) -> span.parent().equals("project_name:Support Agent"));
	}

	@Test
	@CompileWithForkedClassLoader
	void generatedContextHasABuilderForEachProjectAndKeepsThoseOfTheApplicationApart() {
		refreshAheadOfTime(Builders.class, (context) -> {
			AgentsOfProjects agents = context.getBean(AgentsOfProjects.class);
			assertThat(agents.own().build().prompt("hello").call().content()).isEqualTo("own");
			assertThat(agents.research().build().prompt("hello").call().content()).isEqualTo("fine");
			assertThat(agents.research()).isNotSameAs(agents.anotherOfResearch());
			assertThat(agents.application().build().prompt("hello").call().content()).isEqualTo("fine");
			assertThat(context.getBean(ChatModel.class)).isSameAs(context.getBean("model"));
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(4);
		assertThat(spans).filteredOn((span) -> span.type().equals("task"))
			.extracting(ReceivedSpan::name)
			.containsExactlyInAnyOrder("supportBuilder", "research");
	}

	@Test
	@CompileWithForkedClassLoader
	void generatedContextHasTheEvaluationsOfEachProject() {
		refreshAheadOfTime(Evaluated.class, (context) -> {
			Evaluations evaluations = context.getBean(Evaluations.class);
			assertThat(evaluations.all().keys()).containsExactlyInAnyOrder("support", "research");
			assertThat(evaluations.support()).isSameAs(evaluations.all().of("support"));
			assertThat(evaluations.research().project()).isEqualTo("research");
			assertThat(context.getBeanFactory().getBeanDefinition("braintrust.projects.support.evals")).satisfies(
					(definition) -> assertThat(((AbstractBeanDefinition) definition).isDefaultCandidate()).isFalse());
			assertThat(evaluations.support()
				.experiment("refunds")
				.cases(EvalCase.of("a", "a"))
				.task((input) -> input)
				.scorers(Scorers.exactMatch())
				.run()
				.sent()).isTrue();
		});
		assertThat(this.receiver.spans()).extracting(ReceivedSpan::name)
			.containsExactlyInAnyOrder("eval", "task", "exactMatch");
	}

	@Test
	@CompileWithForkedClassLoader
	void generatedContextHasThePromptsOfEachProject() {
		refreshAheadOfTime(Prompted.class, (context) -> {
			Prompts prompts = context.getBean(Prompts.class);
			assertThat(prompts.all().keys()).containsExactlyInAnyOrder("support", "research");
			assertThat(prompts.support()).isSameAs(prompts.all().of("support"));
			assertThat(prompts.research().project()).isEqualTo("research");
			assertThat(context.getBeanFactory().getBeanDefinition("braintrust.projects.support.prompts")).satisfies(
					(definition) -> assertThat(((AbstractBeanDefinition) definition).isDefaultCandidate()).isFalse());
			assertThatExceptionOfType(PromptUnavailableException.class)
				.isThrownBy(() -> prompts.support().load("kind-greeter").get())
				.withMessageEndingWith("is not in the project");
		});
		assertThat(this.receiver.calls("GET /v1/prompt")).extracting(Call::query)
			.containsExactly(Map.of("project_name", "Support Agent", "slug", "kind-greeter"));
	}

	private void refreshAheadOfTime(Consumer<GenericApplicationContext> work) {
		refreshAheadOfTime(App.class, work);
	}

	private void refreshAheadOfTime(Class<?> application, Consumer<GenericApplicationContext> work) {
		TestGenerationContext generation = new TestGenerationContext(
				ClassName.get("dev.braintrust.spring.aot", "Generated"));
		AnnotationConfigApplicationContext source = new AnnotationConfigApplicationContext();
		declareProjects(source);
		source.register(application);
		ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(source, generation);
		generation.writeGeneratedContent();
		assertHints(generation.getRuntimeHints());
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			GenericApplicationContext context = new GenericApplicationContext();
			declareProjects(context);
			@SuppressWarnings("unchecked")
			ApplicationContextInitializer<GenericApplicationContext> generated = compiled
				.getInstance(ApplicationContextInitializer.class, initializer.toString());
			generated.initialize(context);
			try (context) {
				context.refresh();
				work.accept(context);
			}
		});
	}

	private static void assertHints(RuntimeHints hints) {
		for (Class<?> type : List.of(BaseAdvisorChain.Builder.class, ToolCallingChatOptions.class)) {
			assertThat(RuntimeHintsPredicates.proxies().forInterfaces(type)).accepts(hints);
		}
		assertThat(RuntimeHintsPredicates.resource().forResource("dev/braintrust/spring/version.properties"))
			.accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(TypeReference.of("dev.braintrust.spring.autoconfigure.ProjectBeanRegistrar"))).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(BraintrustProperties.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(EvalProperties.class)).accepts(hints);
		for (String beans : List.of("EvalBeans", "PromptBeans")) {
			assertThat(RuntimeHintsPredicates.reflection()
				.onType(TypeReference.of("dev.braintrust.spring.autoconfigure." + beans))
				.withMemberCategory(MemberCategory.INVOKE_DECLARED_METHODS)).accepts(hints);
		}
		// Parameters of prompts are set by name.
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(OpenAiChatOptions.Builder.class)
			.withMemberCategory(MemberCategory.INVOKE_PUBLIC_METHODS)).accepts(hints);
	}

	private void declareProjects(GenericApplicationContext context) {
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test",
					Map.of("braintrust.api-url", this.receiver.url(), "braintrust.api-key", "sk-test",
							"braintrust.projects.support.name", "Support Agent", "braintrust.projects.research.id",
							"r-1")));
	}

	record Injected(ProjectTracer support, Tracer research, TracerProvider provider, OpenTelemetry openTelemetry,
			ChatClient chat) {
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ BraintrustAutoConfiguration.class, BraintrustObservationAutoConfiguration.class,
			BraintrustChatAutoConfiguration.class })
	static class App {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat() {
			return ChatClient.create(new ScriptedModel().says("fine"));
		}

		@Bean
		Injected injected(@BraintrustProject("support") ProjectTracer support,
				@BraintrustProject("research") Tracer research, @BraintrustProject("research") TracerProvider provider,
				@BraintrustProject("support") OpenTelemetry openTelemetry,
				@BraintrustProject("support") ChatClient chat) {
			return new Injected(support, research, provider, openTelemetry, chat);
		}

	}

	record Evaluations(ProjectEvals support, ProjectEvals research, BraintrustEvals all) {
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class })
	static class Evaluated {

		@Bean
		Evaluations evaluations(@BraintrustProject("support") ProjectEvals support,
				@BraintrustProject("research") ProjectEvals research, BraintrustEvals all) {
			return new Evaluations(support, research, all);
		}

	}

	record Prompts(ProjectPrompts support, ProjectPrompts research, BraintrustPrompts all) {
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class })
	static class Prompted {

		@Bean
		Prompts prompts(@BraintrustProject("support") ProjectPrompts support,
				@BraintrustProject("research") ProjectPrompts research, BraintrustPrompts all) {
			return new Prompts(support, research, all);
		}

	}

	record AgentsOfProjects(ChatClient.Builder own, ChatClient.Builder research, ChatClient.Builder anotherOfResearch,
			ChatClient.Builder application) {
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ ChatClientAutoConfiguration.class, BraintrustAutoConfiguration.class,
			BraintrustChatAutoConfiguration.class, BraintrustModelAutoConfiguration.class })
	static class Builders {

		@Bean
		@Primary
		ChatModel model() {
			return new ScriptedModel().says("fine").says("fine");
		}

		@Bean
		@BraintrustProject("support")
		ChatModel supportModel() {
			return new ScriptedModel().says("own");
		}

		@Bean
		@BraintrustProject("support")
		ChatClient.Builder supportBuilder(@BraintrustProject("support") ChatModel model) {
			return ChatClient.builder(model);
		}

		@Bean
		AgentsOfProjects agents(@BraintrustProject("support") ChatClient.Builder own,
				@BraintrustProject("research") ChatClient.Builder research,
				@BraintrustProject("research") ChatClient.Builder another, ChatClient.Builder application) {
			return new AgentsOfProjects(own, research, another, application);
		}

	}

}
