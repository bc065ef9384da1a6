package dev.braintrust.spring.autoconfigure.diagnostics;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustModelAutoConfiguration;
import dev.braintrust.spring.eval.BraintrustEvals;
import dev.braintrust.spring.eval.Eval;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.prompt.BraintrustPrompts;
import dev.braintrust.spring.prompt.ProjectPrompts;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ScriptedModel;
import dev.braintrust.spring.test.ExpectedSpan;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ClassPathResource;

import static dev.braintrust.spring.test.BraintrustAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the messages about mistakes of new users. {@code docs/troubleshooting.md}
 * contains each message word by word.
 */
@ExtendWith(OutputCaptureExtension.class)
class MistakeTests {

	private final AtomicReference<ConfigurableApplicationContext> started = new AtomicReference<>();

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withInitializer(this.started::set)
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class,
				BraintrustChatAutoConfiguration.class, BraintrustModelAutoConfiguration.class))
		.withPropertyValues("braintrust.api-key=sk-s3cret", "braintrust.projects.support.name=Support Agent");

	@Test
	void noKey(CapturedOutput output) {
		this.runner.withPropertyValues("braintrust.api-key=${NO_SUCH_VARIABLE_ANYWHERE}")
			.run((context) -> assertThat(context).hasNotFailed());
		assertSaid(output, "The Braintrust project 'support' is off: it has no API key. Set 'braintrust.api-key' for "
				+ "all projects or 'braintrust.projects.support.api-key' for this one, or the environment variable "
				+ "BRAINTRUST_API_KEY, or put that variable into a file named .env.braintrust in the working directory "
				+ "or above it. An unresolved '${...}' is not an API key.");
	}

	@Test
	void keyOfAnotherOrganization(CapturedOutput output) {
		try (OtlpReceiver receiver = new OtlpReceiver().answering(403)) {
			this.runner.withPropertyValues("braintrust.api-key=", "braintrust.api-url=" + receiver.url())
				.withInitializer(variable("BRAINTRUST_API_KEY", "sk-s3cret"))
				.run((context) -> {
					BraintrustProjects projects = context.getBean(BraintrustProjects.class);
					projects.tracer("support").taskSpan("answer").call((span) -> "done");
					projects.flush(Duration.ofMinutes(1));
				});
			await()
				.untilAsserted(() -> assertSaid(output.getAll().replace(receiver.url(), "https://api.braintrust.dev"),
						"Spans of the Braintrust project 'support' are refused by "
								+ "https://api.braintrust.dev/otel/v1/traces with status 403 and are lost. Check the "
								+ "environment variable 'BRAINTRUST_API_KEY'."));
		}
	}

	private static ApplicationContextInitializer<ConfigurableApplicationContext> variable(String name, String value) {
		return (context) -> context.getEnvironment()
			.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(name, value)));
	}

	@Test
	void unknownKey() {
		assertAnalysis(this.runner.withUserConfiguration(Misspelt.class),
				"The bean 'supportChat' asks for the Braintrust project 'suport', but no project with that key is "
						+ "declared.",
				"Did you mean 'support'? The declared projects are: support. To declare 'suport', set a property of "
						+ "it, such as 'braintrust.projects.suport.name'.");
	}

	@Test
	void injectionPointWithoutAProject() {
		FailureAnalysis analysis = analyze(this.runner.withPropertyValues("braintrust.projects.research.id=r-1")
			.withUserConfiguration(SeveralClients.class)
			.withBean(AnyAgent.class));
		assertDocumented(analysis.getDescription().replace(AnyAgent.class.getName(), "com.example.AnyAgent"));
		assertAction(analysis, "Annotate the injection point with the key of the project: "
				+ "@BraintrustProject(\"support\") or @BraintrustProject(\"research\").");
	}

	@Test
	void defaultProjectThatIsNotDeclared() {
		assertAnalysis(this.runner.withPropertyValues("braintrust.default-project=suport"),
				"The property 'braintrust.default-project' names the project 'suport', which is not declared.",
				"Did you mean 'support'? The declared projects are: support. To declare 'suport', set a property of "
						+ "it, such as 'braintrust.projects.suport.name'.");
	}

	@Test
	void nameInPlaceOfTheKey() {
		assertAnalysis(this.runner.withUserConfiguration(Named.class),
				"The bean 'supportChat' asks for the Braintrust project 'Support Agent', but no project with that key "
						+ "is declared.",
				"'Support Agent' is the name of the project in Braintrust. Write its key instead: 'support'.");
		assertAnalysis(this.runner.withPropertyValues("braintrust.default-project=Support Agent"),
				"The property 'braintrust.default-project' names the project 'Support Agent', which is not declared.",
				"'Support Agent' is the name of the project in Braintrust. Write its key instead: 'support'.");
	}

	@Test
	void listOfProjects() {
		assertAnalysis(
				new ApplicationContextRunner().withInitializer(this.started::set)
					.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
					.withPropertyValues("braintrust.projects[0].name=Support Agent"),
				"The property 'braintrust.projects[0].name' is in a list, but projects need keys.",
				"Replace each dash with the key of the project and a colon, as in "
						+ "'braintrust.projects.my-agent.name'. The key is what '@BraintrustProject(\"my-agent\")' "
						+ "refers to.");
	}

	@Test
	void variableOfTheDefaultProjectAlone(CapturedOutput output) {
		ApplicationContextRunner none = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class));
		none.withPropertyValues("BRAINTRUST_DEFAULT_PROJECT_NAME=Support Agent", "BRAINTRUST_DEFAULT_PROJECT_ID=s-1")
			.run((context) -> assertThat(context).hasNotFailed());
		assertSaid(output,
				"The variable 'BRAINTRUST_DEFAULT_PROJECT_NAME' declares no Braintrust project. Write "
						+ "'braintrust.projects.my-agent.name=${BRAINTRUST_DEFAULT_PROJECT_NAME}' and "
						+ "'braintrust.default-project=my-agent', with a key of your own instead of 'my-agent'.");
		assertThat(output).contains("'braintrust.projects.my-agent.id=${BRAINTRUST_DEFAULT_PROJECT_ID}'");
	}

	@Test
	void variableOfTheDefaultProjectBesideADeclaredOneIsNotSaid(CapturedOutput output) {
		this.runner.withPropertyValues("BRAINTRUST_DEFAULT_PROJECT_NAME=Support Agent")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("BRAINTRUST_DEFAULT_PROJECT_NAME");
	}

	@Test
	void misspeltProperty(CapturedOutput output) {
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new OriginTrackedMapPropertySource("application.yml",
						Map.of("braintrust.capture.contnet",
								OriginTrackedValue.of("s3cret",
										new TextResourceOrigin(new ClassPathResource("application.yml"),
												new TextResourceOrigin.Location(2, 13)))))))
			.run((context) -> assertThat(context).hasNotFailed());
		assertSaid(output, "The property 'braintrust.capture.contnet' (class path resource [application.yml] - 3:14) "
				+ "is unknown and has no effect. Did you mean 'braintrust.capture.content'?");
	}

	@Test
	void propertyOfAllProjectsThatIsGivenToOne(CapturedOutput output) {
		this.runner.withPropertyValues("braintrust.projects.support.export.max-queue-size=1MB")
			.run((context) -> assertThat(context).hasNotFailed());
		assertSaid(output, "The property 'braintrust.projects.support.export.max-queue-size' is unknown and has no "
				+ "effect. It is set for all projects together: 'braintrust.export.max-queue-size'.");
	}

	@Test
	void annotationOnABeanThatIsNoClient(CapturedOutput output) {
		this.runner.withBean("supportAgent", SupportAgent.class).run((context) -> assertThat(context).hasNotFailed());
		assertSaid(output.getAll().replace(SupportAgent.class.getName(), "com.example.SupportAgent"),
				"@BraintrustProject(\"support\") on the bean 'supportAgent' has no effect on what is traced: it is a "
						+ "com.example.SupportAgent. Annotate the ChatClient bean that it uses instead, or make spans "
						+ "of its own with the ProjectTracer of the project.");
	}

	@Test
	void chatModelInjectedByItsClass() {
		FailureAnalysis analysis = analyze(this.runner.withBean(ScriptedModel.class).withBean(ModelAgent.class));
		assertThat(analysis.getDescription()).endsWith("asks for a bean of type '" + ScriptedModel.class.getName()
				+ "' of the Braintrust project 'support', but no ChatModel that is declared by that type belongs to "
				+ "the project.");
		assertDocumented("of the Braintrust project 'support', but no ChatModel that is declared by that type belongs "
				+ "to the project.");
		assertThat(analysis.getAction()).isEqualTo("Declare a bean that hands the model on: '@Bean "
				+ "@BraintrustProject(\"support\") ChatModel model(ScriptedModel model) { return model; }'. Inject "
				+ "it as a ChatModel, with the annotation.");
	}

	@Test
	void clientThatIsRegisteredWithASupplier(CapturedOutput output) {
		this.runner
			.withInitializer((context) -> ((GenericApplicationContext) context).registerBean("supportChat",
					ChatClient.class, () -> ChatClient.create(new ScriptedModel())))
			.run((context) -> assertThat(context).hasNotFailed());
		assertSaid(output,
				"The ChatClient bean 'supportChat' belongs to no Braintrust project and is not traced. It is "
						+ "registered with a supplier, which has no annotation: let the supplier return "
						+ "'projects.instrument(\"support\", client)', where 'projects' is the BraintrustProjects "
						+ "bean. The declared projects are: support.");
	}

	@Test
	void clientOfAScopedProxyIsTracedAndNothingIsSaid(CapturedOutput output) {
		RecordedSpans spans = new RecordedSpans();
		this.runner.withUserConfiguration(Scoped.class).withBean(RecordedSpans.class, () -> spans).run((context) -> {
			context.getBean("supportChat", ChatClient.class).prompt("hello").call().content();
			assertThat(output.getAll()).doesNotContain("belongs to no Braintrust project");
		});
		assertThat(spans).project("support")
			.hasTrace((trace) -> trace.root("supportChat").hasChildren(ExpectedSpan.llm()));
	}

	@Test
	void clientThatIsBuiltInsideAMethodAndProjectThatNothingUses(CapturedOutput output) {
		this.runner.run((context) -> assertThat(context).hasNotFailed());
		assertSaid(output, "The Braintrust project 'support' is declared, but no bean uses it. Annotate its ChatClient "
				+ "bean with @BraintrustProject(\"support\"). A client that is built inside a method is not a bean: "
				+ "pass it to BraintrustProjects.instrument(\"support\", client).");
	}

	@Test
	void manyProjectsThatNothingUsesAreNotNamedOneByOne(CapturedOutput output) {
		this.runner.withPropertyValues(
				IntStream.range(0, 40).mapToObj((i) -> "braintrust.projects.p" + i + ".id=" + i).toArray(String[]::new))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.getAll().lines().filter((line) -> line.contains("no bean uses"))).hasSize(5);
		assertThat(output).contains("No bean uses 36 more declared Braintrust projects.");
	}

	@Test
	void projectThatIsUsedInAnyWayIsNotReported(CapturedOutput output) {
		this.runner.withUserConfiguration(Annotated.class).run((context) -> assertThat(context).hasNotFailed());
		this.runner.withUserConfiguration(Evaluated.class).run((context) -> assertThat(context).hasNotFailed());
		this.runner.withBean(TracerAgent.class).run((context) -> assertThat(context).hasNotFailed());
		this.runner.withBean(RegistryAgent.class).run((context) -> assertThat(context).hasNotFailed());
		for (Class<?> agent : List.of(EvalsAgent.class, PromptsAgent.class, AllEvalsAgent.class,
				AllPromptsAgent.class)) {
			this.runner.withBean(agent).run((context) -> assertThat(context).hasNotFailed());
		}
		this.runner.withPropertyValues("braintrust.default-project=support")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.getAll()).doesNotContain("no bean uses it").doesNotContain("has no effect");
	}

	@Test
	void clientThatBelongsToNoProject(CapturedOutput output) {
		this.runner.withUserConfiguration(Unannotated.class).run((context) -> {
			context.getBean("supportChat");
			context.getBean("supportChat");
		});
		assertSaid(output, "The ChatClient bean 'supportChat' belongs to no Braintrust project and is not traced. "
				+ "Annotate it with the key of its project, such as @BraintrustProject(\"support\"), or name the "
				+ "project "
				+ "of all such beans by 'braintrust.default-project'. The declared projects are: support.");
	}

	@Test
	void defaultProjectGivesSuchAClientAHome(CapturedOutput output) {
		RecordedSpans spans = new RecordedSpans();
		this.runner.withUserConfiguration(Unannotated.class, Annotated.class)
			.withBean(RecordedSpans.class, () -> spans)
			.withPropertyValues("braintrust.default-project=home", "braintrust.projects.home.id=h-1")
			.run((context) -> {
				context.getBean("supportChat", ChatClient.class).prompt("hello").call().content();
				context.getBean("annotatedChat", ChatClient.class).prompt("hello").call().content();
			});
		assertThat(spans).project("home").hasSpans(2).hasTrace((trace) -> trace.root("supportChat"));
		assertThat(spans).project("support").hasSpans(2).hasTrace((trace) -> trace.root("annotatedChat"));
		assertThat(output.getAll()).doesNotContain("belongs to no Braintrust project");
	}

	@Test
	void noSpringAi(CapturedOutput output) {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.ai", "reactor"))
			.withBean(TracerAgent.class)
			.run((context) -> assertThat(context).hasNotFailed());
		assertSaid(output, "Spring AI is not on the class path: no ChatClient is traced. Braintrust projects contain "
				+ "only the spans that the application starts itself.");
	}

	@Test
	void springAiOfTheFirstGeneration(CapturedOutput output) {
		this.runner.withClassLoader(new FilteredClassLoader(ToolCallingAdvisor.class))
			.withUserConfiguration(Annotated.class)
			.run((context) -> assertThat(context).hasNotFailed());
		assertSaid(output,
				"No ChatClient is traced into Braintrust: the Spring AI on the class path is older than 2.0. "
						+ "This starter needs Spring AI 2 and Spring Boot 4; import "
						+ "'org.springframework.ai:spring-ai-bom' in a version from 2.0 on.");
	}

	@Test
	void springBootOfTheGenerationBefore() {
		String message = "This starter is made for Spring Boot 4 and Spring AI 2, and the application runs on Spring "
				+ "Boot 3.5.14. It is not tested there, and no ChatClient of Spring AI 1 is traced.";
		assertThat(ClassPathReport.problems(getClass().getClassLoader(), "3.5.14")).containsExactly(message);
		assertThat(ClassPathReport.problems(getClass().getClassLoader(), "4.1.0")).isEmpty();
		assertDocumented(message);
	}

	@Test
	void twoVersionsOfOkHttp(CapturedOutput output) {
		this.runner.withClassLoader(new TwiceOkHttp())
			.withUserConfiguration(Annotated.class)
			.run((context) -> assertThat(context).hasNotFailed());
		assertSaid(output,
				"OkHttp is on the class path 2 times (okhttp-4.12.0.jar, okhttp-jvm-5.3.2.jar), and calls of "
						+ "Spring AI's OpenAI client may fail with a NoSuchMethodError. Exclude "
						+ "'io.opentelemetry:opentelemetry-exporter-sender-okhttp' from "
						+ "'spring-boot-starter-opentelemetry', "
						+ "and add 'io.opentelemetry:opentelemetry-exporter-sender-jdk' in its place.");
	}

	private static void assertSaid(CharSequence output, String message) {
		assertThat(output.toString()).containsOnlyOnce(message).doesNotContain("s3cret");
		assertDocumented(message);
	}

	private void assertAnalysis(ApplicationContextRunner application, String description, String action) {
		FailureAnalysis analysis = analyze(application);
		assertThat(analysis.getDescription()).isEqualTo(description);
		assertDocumented(description);
		assertAction(analysis, action);
	}

	private static void assertAction(FailureAnalysis analysis, String action) {
		assertThat(analysis.getAction()).isEqualTo(action);
		assertDocumented(action);
	}

	private static void assertDocumented(String message) {
		Path directory = Path.of("").toAbsolutePath();
		while (!Files.exists(directory.resolve("mvnw"))) {
			directory = directory.getParent();
		}
		try {
			assertThat(Files.readString(directory.resolve("docs/troubleshooting.md"))).contains(message);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private FailureAnalysis analyze(ApplicationContextRunner application) {
		AtomicReference<FailureAnalysis> analysis = new AtomicReference<>();
		application.run((context) -> {
			assertThat(context).hasFailed();
			Throwable failure = context.getStartupFailure();
			Environment environment = this.started.get().getEnvironment();
			List<FailureAnalyzer> analyzers = List.of(new StartupFailureAnalyzer(environment),
					new ProjectInjectionFailureAnalyzer(environment),
					new ProjectChoiceFailureAnalyzer(this.started.get().getBeanFactory()));
			analyzers.stream()
				.map((analyzer) -> analyzer.analyze(failure))
				.filter(Objects::nonNull)
				.findFirst()
				.ifPresent(analysis::set);
		});
		return analysis.get();
	}

	/**
	 * A class loader that finds OkHttp in two jars.
	 */
	private static final class TwiceOkHttp extends ClassLoader {

		private TwiceOkHttp() {
			super(MistakeTests.class.getClassLoader());
		}

		@Override
		public Enumeration<URL> getResources(String name) throws IOException {
			if (name.startsWith("okhttp3/")) {
				return Collections
					.enumeration(List.of(URI.create("jar:file:/lib/okhttp-jvm-5.3.2.jar!/" + name).toURL(),
							URI.create("jar:file:/app.jar!/BOOT-INF/lib/okhttp-4.12.0.jar!/" + name).toURL()));
			}
			return super.getResources(name);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Misspelt {

		@Bean
		@BraintrustProject("suport")
		ChatClient supportChat() {
			return ChatClient.create(new ScriptedModel());
		}

	}

	static class AnyAgent {

		AnyAgent(ChatClient chat) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SeveralClients {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat() {
			return ChatClient.create(new ScriptedModel());
		}

		@Bean
		@BraintrustProject("research")
		ChatClient researchChat() {
			return ChatClient.create(new ScriptedModel());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Named {

		@Bean
		@BraintrustProject("Support Agent")
		ChatClient supportChat() {
			return ChatClient.create(new ScriptedModel());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Unannotated {

		@Bean
		ChatClient supportChat() {
			return ChatClient.create(new ScriptedModel().says("fine"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Evaluated {

		@Bean
		@BraintrustProject("support")
		Eval<String, String, String> supportAnswers() {
			return Eval.named("support answers", String.class, String.class).task((input) -> input);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Annotated {

		@Bean
		@BraintrustProject("support")
		ChatClient annotatedChat() {
			return ChatClient.create(new ScriptedModel().says("fine"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Scoped {

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
		@BraintrustProject("support")
		ChatClient supportChat() {
			return ChatClient.create(new ScriptedModel().says("fine"));
		}

	}

	@BraintrustProject("support")
	static class SupportAgent {

	}

	static class ModelAgent {

		ModelAgent(@BraintrustProject("support") ScriptedModel model) {
		}

	}

	static class TracerAgent {

		TracerAgent(@BraintrustProject("support") ProjectTracer tracer) {
		}

	}

	static class RegistryAgent {

		RegistryAgent(BraintrustProjects projects) {
		}

	}

	static class EvalsAgent {

		EvalsAgent(@BraintrustProject("support") ProjectEvals evals) {
		}

	}

	static class PromptsAgent {

		PromptsAgent(@BraintrustProject("support") ProjectPrompts prompts) {
		}

	}

	static class AllEvalsAgent {

		AllEvalsAgent(BraintrustEvals evals) {
		}

	}

	static class AllPromptsAgent {

		AllPromptsAgent(BraintrustPrompts prompts) {
		}

	}

}
