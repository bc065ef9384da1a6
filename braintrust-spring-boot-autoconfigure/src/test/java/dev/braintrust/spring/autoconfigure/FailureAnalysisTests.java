package dev.braintrust.spring.autoconfigure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.support.ScriptedModel;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the analysis when an application does not start. The failure comes from a real
 * context, and all analyzers that Boot would use run in Boot's order. The printed report
 * is in StartupReportTests.
 */
class FailureAnalysisTests {

	private static final String HERE = FailureAnalysisTests.class.getName();

	private final AtomicReference<ConfigurableApplicationContext> started = new AtomicReference<>();

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withInitializer(this.started::set)
		.withInitializer((context) -> variables(context, Map.of()))
		.withConfiguration(
				AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class));

	private final ApplicationContextRunner twoProjects = this.runner.withPropertyValues("braintrust.api-key=sk-s3cret",
			"braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1");

	@Test
	void keyThatIsMalformed() {
		assertAnalysis(this.runner.withPropertyValues("braintrust.projects.Support_Bot.name=Support Agent"),
				"The property 'braintrust.projects.Support_Bot.name' has the project key 'Support_Bot', which is not "
						+ "made of lower-case letters, digits and single dashes between them.",
				"Rename the key, for example to 'support-bot'. What Braintrust shows can be any text and is set by "
						+ "'braintrust.projects.support-bot.name'.");
	}

	@Test
	void keyInTwoForms() {
		assertAnalysis(
				this.runner.withPropertyValues("braintrust.projects.support-bot.name=Support Agent",
						"braintrust.projects.supportbot.id=s-1"),
				"The property 'braintrust.projects.supportbot' has a key that differs from "
						+ "'braintrust.projects.support-bot' only in dashes.",
				"Use one form of the key for one project, or keys that differ in letters or digits.");
	}

	@Test
	void textInPlaceOfAProject() {
		assertAnalysis(this.runner.withPropertyValues("braintrust.projects.name=Support Agent"),
				"The property 'braintrust.projects.name' has a text as its value instead of properties below it.",
				"Write the properties below it. The name of a project, for example, is set by "
						+ "'braintrust.projects.<key>.name'.");
	}

	@Test
	void urlThatIsNone() {
		assertAnalysis(this.twoProjects.withPropertyValues("braintrust.projects.research.api-url=localhost:8000"),
				"The property 'braintrust.projects.research.api-url' is not a base URL: it needs the scheme http or "
						+ "https and a host, and no user, query or fragment.",
				"Set it to a URL such as 'https://api.braintrust.dev', or remove it to use that one.");
	}

	@Test
	void urlOfAVariableThatIsNone() {
		assertAnalysis(
				this.twoProjects
					.withInitializer((context) -> variables(context, Map.of("BRAINTRUST_APP_URL", "braintrust.dev"))),
				"The environment variable 'BRAINTRUST_APP_URL' is not a base URL: it needs the scheme http or https "
						+ "and a host, and no user, query or fragment.",
				"Set it to a URL such as 'https://www.braintrust.dev', or remove it to use that one.");
	}

	@Test
	void apiKeyThatCannotBeOne() {
		assertAnalysis(this.twoProjects.withPropertyValues("braintrust.api-key=sk-s3cret s3cret"),
				"The property 'braintrust.api-key' has a value with a space, a line break, a quote or a character "
						+ "that is not ASCII.",
				"Set it to the API key as Braintrust shows it, without quotes around it.");
	}

	@Test
	void missingApiKeyWhereStrict() {
		assertAnalysis(
				this.runner.withPropertyValues("braintrust.strict=true",
						"braintrust.projects.support.api-key=${NO_SUCH_VARIABLE_ANYWHERE}"),
				"The property 'braintrust.projects.support.api-key' has no value, and 'braintrust.strict' is true.",
				"Set 'braintrust.api-key' for all projects or 'braintrust.projects.support.api-key' for this one, or "
						+ "the environment variable BRAINTRUST_API_KEY, or put that variable into a file named "
						+ ".env.braintrust in the working directory or above it. An unresolved '${...}' is not an API "
						+ "key. To start without it, remove 'braintrust.strict' or set "
						+ "'braintrust.projects.support.enabled' to false.");
	}

	@Test
	void valueThatCannotBeConvertedIsExplainedByBootWithTheWholeProperty() {
		FailureAnalysis analysis = analyze(
				this.twoProjects.withPropertyValues("braintrust.projects.support.attachments.mode=zip"));
		assertThat(analysis.getDescription()).contains("braintrust.projects.support.attachments.mode")
			.contains("\"zip\"")
			.doesNotContain("s3cret");
		assertThat(analysis.getAction()).contains("BASE64").contains("NONE");
	}

	@Test
	void unknownKeyOfAChatClient() {
		assertAnalysis(this.twoProjects.withBean(SupportAgentOfChatClient.class).withUserConfiguration(Misspelt.class),
				"The bean 'supportChat' asks for the Braintrust project 'suport', but no project with that key is "
						+ "declared.",
				"Did you mean 'support'? The declared projects are: research, support. To declare 'suport', set a "
						+ "property of it, such as 'braintrust.projects.suport.name'.");
	}

	@ParameterizedTest
	@ValueSource(classes = { MisspeltLazily.class, MisspeltPrototype.class, MisspeltStatically.class,
			MisspeltBuilder.class, MisspeltTracer.class })
	void unknownKeyOfABeanThatNobodyAsksFor(Class<?> configuration) {
		assertThat(analyze(this.twoProjects.withUserConfiguration(configuration)).getDescription())
			.isEqualTo("The bean 'supportChat' asks for the Braintrust project 'suport', but no project with that key "
					+ "is declared.");
	}

	@Test
	void unknownKeyOfAComponentClass() {
		assertThat(analyze(this.twoProjects.withBean("supportTracer", SupportTracer.class)).getDescription())
			.startsWith("The bean 'supportTracer' asks for the Braintrust project 'suport'");
	}

	@Test
	void nearestOfSeveralKeysThatAreNearIsNamed() {
		FailureAnalysis analysis = analyze(this.runner.withUserConfiguration(Misspelt.class)
			.withPropertyValues("braintrust.projects.supports.id=1", "braintrust.projects.support.id=2",
					"braintrust.projects.export.id=3", "braintrust.projects.research.id=4"));
		assertThat(analysis.getAction())
			.startsWith("Did you mean 'support'? The declared projects are: export, research, support, supports.");
	}

	@Test
	void unknownKeyOfAChatClientWhereNoProjectIsDeclared() {
		assertAnalysis(this.runner.withUserConfiguration(Misspelt.class),
				"The bean 'supportChat' asks for the Braintrust project 'suport', but no project with that key is "
						+ "declared.",
				"No project is declared so far. To declare 'suport', set a property of it, such as "
						+ "'braintrust.projects.suport.name'.");
	}

	@Test
	void propertyAndVariableThatStandInThePlaceOfAProjectAreNamed() {
		ApplicationContextRunner mistaken = this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addLast(new MapPropertySource("application.yml",
						Map.of("braintrust.project.suport.name", "Support Agent"))))
			.withPropertyValues("BRAINTRUST_DEFAULT_PROJECT_NAME=Support Agent");
		String remedy = "To declare 'suport', set a property of it, such as 'braintrust.projects.suport.name'. The "
				+ "property 'braintrust.project.suport.name' is unknown and has no effect. Did you mean "
				+ "'braintrust.projects.suport.name'? The variable 'BRAINTRUST_DEFAULT_PROJECT_NAME' declares no "
				+ "Braintrust project. Write";
		assertThat(analyze(mistaken.withUserConfiguration(Misspelt.class)).getAction()).contains(remedy);
		assertThat(analyze(mistaken.withBean(SupportAgentOfChatClient.class)).getAction())
			.contains("No project is declared so far.", "Did you mean 'braintrust.projects.suport.name'?");
	}

	@Test
	void unknownKeyAskedOfTheRegistry() {
		assertAnalysis(this.twoProjects.withBean("billing", BillingAgent.class),
				"The bean 'billing' asks for the Braintrust project 'Billing Agent', but no project with that key is "
						+ "declared.",
				"The declared projects are: research, support. A key is made of lower-case letters, digits and single "
						+ "dashes between them.");
	}

	@Test
	void unknownKeyAtAParameterOfAConstructor() {
		assertAnalysis(this.twoProjects.withBean(TracerInConstructor.class),
				"Parameter 1 of constructor in " + HERE + "$TracerInConstructor asks for a bean of type "
						+ "'dev.braintrust.spring.ProjectTracer' of the Braintrust project 'SUPPORT', but no project "
						+ "with that key is declared.",
				"Did you mean 'support'? The declared projects are: research, support. A key is made of lower-case "
						+ "letters, digits and single dashes between them.");
	}

	@Test
	void unknownKeyAtAField() {
		assertAnalysis(this.twoProjects.withBean(TracerInField.class),
				"Field tracer in " + HERE + "$TracerInField asks for a bean of type "
						+ "'dev.braintrust.spring.ProjectTracer' of the Braintrust project 'reserch', but no project "
						+ "with that key is declared.",
				"Did you mean 'research'? The declared projects are: research, support. To declare 'reserch', set a "
						+ "property of it, such as 'braintrust.projects.reserch.name'.");
	}

	@Test
	void unknownKeyAtAParameterOfABeanMethod() {
		assertAnalysis(this.twoProjects.withUserConfiguration(TracerInMethod.class),
				"Parameter 0 of method agent in " + HERE + "$TracerInMethod asks for a bean of type "
						+ "'io.opentelemetry.api.trace.Tracer' of the Braintrust project 'billing', but no project "
						+ "with that key is declared.",
				"The declared projects are: research, support. To declare 'billing', set a property of it, such as "
						+ "'braintrust.projects.billing.name'.");
	}

	@Test
	void noChatClientOfAKnownKey() {
		assertAnalysis(
				this.twoProjects.withBean(SupportAgentOfChatClient.class).withUserConfiguration(OfNoProject.class),
				"Parameter 0 of constructor in " + HERE + "$SupportAgentOfChatClient asks for a bean of type "
						+ "'org.springframework.ai.chat.client.ChatClient' of the Braintrust project 'support', but "
						+ "no bean of that type belongs to the project.",
				"Annotate the intended bean with @BraintrustProject(\"support\"), or declare one. Or inject the "
						+ "ChatClient.Builder of the project, and build the client with it.");
	}

	@Test
	void beanThatIsMissingBehindAnInjectionPointOfAProjectIsLeftToBoot() {
		FailureAnalysis analysis = analyze(
				this.twoProjects.withBean(SupportAgentOfChatClient.class).withUserConfiguration(MissingBehind.class));
		assertThat(analysis.getDescription()).contains("required a bean of type 'java.lang.StringBuilder'");
	}

	@Test
	void twoChatClientsOfOneProject() {
		assertAnalysis(this.twoProjects.withBean(SupportAgentOfChatClient.class).withUserConfiguration(Twice.class),
				"Parameter 0 of constructor in " + HERE + "$SupportAgentOfChatClient asks for a bean of type '"
						+ ChatClient.class.getName() + "' of the Braintrust project 'support', and several belong to "
						+ "it: 'one', 'another'.",
				"Name one of the beans instead of the project: @Qualifier(\"one\") or @Qualifier(\"another\").");
	}

	@Test
	void chatClientWithoutAProjectWhereThereAreSeveral() {
		assertAnalysis(
				this.twoProjects.withBean(UnqualifiedAgentOfChatClient.class).withUserConfiguration(TwoProjects.class),
				"Parameter 0 of constructor in " + HERE + "$UnqualifiedAgentOfChatClient asks for a bean of type '"
						+ ChatClient.class.getName() + "' without naming a Braintrust project, and several match: "
						+ "'supportChat' of the project 'support', 'researchChat' of the project 'research'.",
				"Annotate the injection point with the key of the project: @BraintrustProject(\"support\") or "
						+ "@BraintrustProject(\"research\").");
	}

	@Test
	void chatClientWithoutAProjectWhereOneProjectHasSeveralAndOneBelongsToNone() {
		assertAnalysis(
				this.twoProjects.withBean(UnqualifiedAgentOfChatClient.class)
					.withUserConfiguration(Twice.class)
					.withBean("plain", ChatClient.class, FailureAnalysisTests::chatClient),
				"Parameter 0 of constructor in " + HERE + "$UnqualifiedAgentOfChatClient asks for a bean of type '"
						+ ChatClient.class.getName() + "' without naming a Braintrust project, and several match: "
						+ "'plain' of no project, 'one' of the project 'support', 'another' of the project 'support'.",
				"Annotate the injection point with the key of the project: @BraintrustProject(\"support\"). The "
						+ "project 'support' has several, so name one of them instead: @Qualifier(\"one\") or "
						+ "@Qualifier(\"another\"). To inject a bean of no project, name it: @Qualifier(\"plain\").");
	}

	@Test
	void severalBeansThatBelongToNoProjectAreLeftToBoot() {
		FailureAnalysis analysis = analyze(this.twoProjects.withBean(UnqualifiedAgentOfChatClient.class)
			.withBean("one", ChatClient.class, FailureAnalysisTests::chatClient)
			.withBean("another", ChatClient.class, FailureAnalysisTests::chatClient));
		assertThat(analysis.getDescription()).startsWith("Parameter 0 of constructor in " + HERE
				+ "$UnqualifiedAgentOfChatClient required a single bean, but 2 were found:");
	}

	@Test
	void projectTracerWithoutAProject() {
		assertAnalysis(this.twoProjects.withBean(UnqualifiedAgent.class),
				"Parameter 0 of constructor in " + HERE + "$UnqualifiedAgent asks for a bean of type "
						+ "'dev.braintrust.spring.ProjectTracer' without naming a Braintrust project.",
				"Annotate the injection point with the key of the project, such as @BraintrustProject(\"support\"). "
						+ "The declared projects are: research, support.");
	}

	@Test
	void projectTracerWhereNoProjectIsDeclared() {
		assertAnalysis(this.runner.withBean(UnqualifiedAgent.class),
				"Parameter 0 of constructor in " + HERE + "$UnqualifiedAgent asks for a bean of type "
						+ "'dev.braintrust.spring.ProjectTracer', but no Braintrust project is declared.",
				"Declare a project by a property of it, such as 'braintrust.projects.my-agent.name', and annotate the "
						+ "injection point with its key: @BraintrustProject(\"my-agent\").");
	}

	@Test
	void tracerWithoutAProjectWhereTheApplicationHasNone() {
		assertAnalysis(this.twoProjects.withBean(OrdinaryAgent.class),
				"Parameter 0 of constructor in " + HERE + "$OrdinaryAgent asks for a bean of type "
						+ "'io.opentelemetry.api.trace.Tracer'. The application has no such bean of its own, and "
						+ "project beans are injected only if the injection point names their project.",
				"If a project is meant, annotate the injection point with its key, such as "
						+ "@BraintrustProject(\"support\"). If not, define a bean of that type. The declared "
						+ "projects are: research, support.");
	}

	@Test
	void beanThatIsMissingIsLeftToBootWhereNoProjectIsDeclared() {
		FailureAnalysis analysis = analyze(this.runner.withBean(OrdinaryAgent.class));
		assertThat(analysis.getDescription()).startsWith("Parameter 0 of constructor in " + HERE
				+ "$OrdinaryAgent required a bean of type 'io.opentelemetry.api.trace.Tracer' that could not be "
				+ "found.");
	}

	@Test
	void beanOfAnotherTypeThatIsMissingIsLeftToBoot() {
		FailureAnalysis analysis = analyze(this.twoProjects.withBean(ChattyAgent.class));
		assertThat(analysis.getDescription()).startsWith("Parameter 0 of constructor in " + HERE
				+ "$ChattyAgent required a bean of type 'java.lang.StringBuilder' that could not be found.");
	}

	@ParameterizedTest
	@ValueSource(classes = { NamedChatClient.class, NamedTracer.class, NamedTracerProvider.class,
			NamedOpenTelemetry.class, NamedAlias.class, NamedOfAnother.class })
	void beanThatIsNamedLikeAProjectItDoesNotBelongTo(Class<?> configuration) {
		Class<?> type = configuration.getDeclaredMethods()[0].getReturnType();
		assertAnalysis(this.twoProjects.withUserConfiguration(configuration),
				"The bean 'support' of type " + type.getName() + " is named like the Braintrust project 'support' but "
						+ "does not belong to it. Spring would inject it, by its name, wherever "
						+ "@BraintrustProject(\"support\") asks for a bean of that type.",
				"If the bean belongs to the project, annotate it with @BraintrustProject(\"support\"). If not, give it "
						+ "another name.");
	}

	@Test
	void beanThatIsNamedLikeItsOwnProjectIsFine() {
		this.twoProjects.withUserConfiguration(NamedAndAnnotated.class)
			.withBean(SupportAgentOfChatClient.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(SupportAgentOfChatClient.class).chat).isSameAs(context.getBean("support"));
			});
	}

	@Test
	void beanOfAnotherTypeThatIsNamedLikeAProjectIsFine() {
		this.twoProjects.withBean("support", StringBuilder.class)
			.withBean("research", OfNoProject.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void lazyBeanThatIsNamedLikeAProjectIsFoundWithoutMakingIt() {
		assertThat(analyze(this.twoProjects.withUserConfiguration(NamedLazily.class)).getDescription())
			.startsWith("The bean 'support' of type");
	}

	private void assertAnalysis(ApplicationContextRunner runner, String description, String action) {
		FailureAnalysis analysis = analyze(runner);
		assertThat(analysis.getDescription()).isEqualTo(description);
		assertThat(analysis.getAction()).isEqualTo(action);
		for (Throwable cause = analysis.getCause(); cause != null; cause = cause.getCause()) {
			assertThat(cause.toString()).doesNotContain("s3cret");
		}
		assertThat(description + action).doesNotContain("s3cret");
	}

	private FailureAnalysis analyze(ApplicationContextRunner runner) {
		AtomicReference<FailureAnalysis> analysis = new AtomicReference<>();
		runner.run((context) -> {
			assertThat(context).hasFailed();
			SpringFactoriesLoader.ArgumentResolver arguments = SpringFactoriesLoader.ArgumentResolver
				.of(BeanFactory.class, this.started.get().getBeanFactory())
				.and(Environment.class, this.started.get().getEnvironment());
			List<FailureAnalyzer> analyzers = new ArrayList<>(SpringFactoriesLoader.forDefaultResourceLocation()
				.load(FailureAnalyzer.class, arguments,
						SpringFactoriesLoader.FailureHandler.logging(LogFactory.getLog(FailureAnalysisTests.class))));
			// Analyzers without an order run in the order of the class path. Ours must
			// not depend on being first there.
			Collections.reverse(analyzers);
			AnnotationAwareOrderComparator.sort(analyzers);
			analyzers.stream()
				.map((analyzer) -> analyzer.analyze(context.getStartupFailure()))
				.filter(Objects::nonNull)
				.findFirst()
				.ifPresent(analysis::set);
			assertThat(analysis.get()).as("analysis of %s", context.getStartupFailure()).isNotNull();
		});
		return analysis.get();
	}

	private static void variables(ConfigurableApplicationContext context, Map<String, Object> variables) {
		String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
		context.getEnvironment()
			.getPropertySources()
			.replace(name, new SystemEnvironmentPropertySource(name, variables));
	}

	private static ChatClient chatClient() {
		return ChatClient.create(new ScriptedModel());
	}

	static class SupportAgentOfChatClient {

		private final ChatClient chat;

		SupportAgentOfChatClient(@BraintrustProject("support") ChatClient chat) {
			this.chat = chat;
		}

	}

	static class UnqualifiedAgentOfChatClient {

		UnqualifiedAgentOfChatClient(ChatClient chat) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoProjects {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat() {
			return chatClient();
		}

		@Bean
		@BraintrustProject("research")
		ChatClient researchChat() {
			return chatClient();
		}

	}

	static class BillingAgent {

		BillingAgent(BraintrustProjects projects) {
			projects.tracer("Billing Agent");
		}

	}

	static class TracerInConstructor {

		TracerInConstructor(BraintrustProjects projects, @BraintrustProject("SUPPORT") ProjectTracer tracer) {
		}

	}

	static class TracerInField {

		@Autowired
		@BraintrustProject("reserch")
		private ProjectTracer tracer;

	}

	static class UnqualifiedAgent {

		UnqualifiedAgent(ProjectTracer tracer) {
		}

	}

	static class ChattyAgent {

		ChattyAgent(StringBuilder builder) {
		}

	}

	static class OrdinaryAgent {

		OrdinaryAgent(Tracer tracer) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TracerInMethod {

		@Bean
		OrdinaryAgent agent(@BraintrustProject("billing") Tracer tracer) {
			return new OrdinaryAgent(tracer);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Misspelt {

		@Bean
		@BraintrustProject("suport")
		ChatClient supportChat() {
			return chatClient();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MisspeltLazily {

		@Bean
		@Lazy
		@BraintrustProject("suport")
		ChatClient supportChat() {
			throw new IllegalStateException("must not be made");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MisspeltPrototype {

		@Bean
		@Scope(BeanDefinition.SCOPE_PROTOTYPE)
		@BraintrustProject("suport")
		ChatClient supportChat(ScriptedModel model) {
			throw new IllegalStateException("must not be made");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MisspeltStatically {

		@Bean
		@BraintrustProject("suport")
		static Object supportChat() {
			throw new IllegalStateException("must not be made");
		}

	}

	@Configuration
	static class MisspeltBuilder {

		@Bean
		@BraintrustProject("suport")
		ChatClient.Builder supportChat() {
			throw new IllegalStateException("must not be made");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MisspeltTracer {

		@Bean
		@BraintrustProject("suport")
		Tracer supportChat() {
			throw new IllegalStateException("must not be made");
		}

	}

	@BraintrustProject("suport")
	static class SupportTracer {

		SupportTracer() {
			throw new IllegalStateException("must not be made");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OfNoProject {

		@Bean
		ChatClient supportChat() {
			return chatClient();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Twice {

		@Bean
		@BraintrustProject("support")
		ChatClient one() {
			return chatClient();
		}

		@Bean
		@BraintrustProject("support")
		ChatClient another() {
			return chatClient();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MissingBehind {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat(BeanFactory beanFactory) {
			beanFactory.getBean(StringBuilder.class);
			return chatClient();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NamedChatClient {

		@Bean
		ChatClient support() {
			return chatClient();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NamedTracer {

		@Bean
		Tracer support() {
			return TracerProvider.noop().get("app");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NamedTracerProvider {

		@Bean
		TracerProvider support() {
			return TracerProvider.noop();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NamedOpenTelemetry {

		@Bean
		OpenTelemetry support() {
			return OpenTelemetry.noop();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NamedAlias {

		@Bean({ "supportChat", "support" })
		ChatClient supportChat() {
			return chatClient();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NamedOfAnother {

		@Bean
		@BraintrustProject("research")
		ChatClient support() {
			return chatClient();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NamedLazily {

		@Bean
		@Lazy
		ChatClient.Builder support() {
			throw new IllegalStateException("must not be made");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NamedAndAnnotated {

		@Bean
		@BraintrustProject("support")
		ChatClient support() {
			return chatClient();
		}

	}

}
