package dev.braintrust.spring.ai.chat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.support.ScriptedModel;
import dev.braintrust.spring.test.RecordedSpans;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.DefaultChatClient;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.client.DefaultChatClientBuilder;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;

import static dev.braintrust.spring.test.BraintrustAssertions.assertThat;
import static dev.braintrust.spring.test.ExpectedSpan.llm;
import static dev.braintrust.spring.test.ExpectedSpan.tool;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of clients and builders of the application's own classes: they can be injected by
 * the same types as before, and are traced if the types allow it.
 */
@ExtendWith(OutputCaptureExtension.class)
class OwnClientTests {

	private final RecordedSpans spans = new RecordedSpans();

	private final ScriptedModel model = new ScriptedModel().says("fine").says("fine");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class))
		.withPropertyValues("braintrust.projects.support.name=Support", "braintrust.api-key=sk-test")
		.withBean(RecordedSpans.class, () -> this.spans)
		.withBean(ScriptedModel.class, () -> this.model);

	@ParameterizedTest
	@ValueSource(strings = { "annotated", "default" })
	void clientThatIsInjectedByItsClassIsTraced(String owner, CapturedOutput output) {
		this.runner.withPropertyValues(owner.equals("default") ? "braintrust.default-project=support" : "x=y")
			.withUserConfiguration(owner.equals("default") ? ByClassUnannotated.class : ByClass.class)
			.run((context) -> {
				OwnClient client = context.getBean(OwnClient.class);
				assertThat(client.greeting()).isEqualTo("hello");
				assertThat(client.prompt("hello").call().content()).isEqualTo("fine");
			});
		assertThat(this.spans).project("support").hasSpans(2);
		assertThat(output).doesNotContain("is not traced");
	}

	@ParameterizedTest
	@ValueSource(strings = { "annotated", "default" })
	void finalClientThatIsInjectedByItsClassIsLeftAsItIsAndALogSaysWhy(String owner, CapturedOutput output) {
		this.runner.withPropertyValues(owner.equals("default") ? "braintrust.default-project=support" : "x=y")
			.withUserConfiguration(owner.equals("default") ? FinalUnannotated.class : Final.class)
			.run((context) -> assertThat(context.getBean(FinalClient.class).prompt("hello").call().content())
				.isEqualTo("fine"));
		assertThat(this.spans).project("support").hasNoSpans();
		assertThat(output).containsOnlyOnce("The bean 'supportChat' is not traced into Braintrust: its class "
				+ FinalClient.class.getName() + " is final, or has final methods, and the bean is declared by its "
				+ "class. Declare the bean as ChatClient, and inject that interface.");
	}

	@ParameterizedTest
	@ValueSource(classes = { Listening.class, Scheduled.class, FinalListening.class })
	void clientThatSpringCallsIsLeftAsItIsAndALogSaysWhy(Class<?> configuration, CapturedOutput output) {
		this.runner.withUserConfiguration(configuration).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(((Called) context.getBean(ChatClient.class)).calls().await(1, TimeUnit.MINUTES)).isTrue();
		});
		assertThat(output)
			.containsOnlyOnce("The bean 'supportChat' is not traced into Braintrust: Spring calls the "
					+ "method 'called' of its class ")
			.contains(", which needs the bean itself. Move the method to another bean.");
	}

	@Test
	void finalClientThatIsDeclaredByTheInterfaceIsTraced() {
		this.runner.withUserConfiguration(FinalByInterface.class)
			.run((context) -> assertThat(context.getBean(ChatClient.class).prompt("hello").call().content())
				.isEqualTo("fine"));
		assertThat(this.spans).project("support").hasSpans(2);
	}

	@Test
	void builderThatIsInjectedByItsClassBuildsTracedClients() {
		this.runner.withUserConfiguration(Builders.class).run((context) -> {
			OwnBuilder builder = context.getBean(OwnBuilder.class);
			assertThat(builder.team()).isEqualTo("support");
			assertThat(builder.defaultSystem("Be kind").build().prompt("hello").call().content()).isEqualTo("fine");
		});
		assertThat(this.spans).project("support").hasSpans(2);
	}

	@Test
	void clientBehindAScopedProxyOfItsClassIsTracedOnce() {
		this.runner.withUserConfiguration(Scoped.class)
			.run((context) -> assertThat(context.getBean(OwnClient.class).prompt("hello").call().content())
				.isEqualTo("fine"));
		assertThat(this.spans).project("support").hasSpans(2);
	}

	@Test
	void adviceOnAClientSeesEachCallOnce() {
		Counting counting = new Counting();
		this.runner.withBean(Counting.class, () -> counting).withUserConfiguration(Advised.class).run((context) -> {
			ChatClient client = context.getBean("supportChat", ChatClient.class);
			counting.calls = 0;
			assertThat(client.prompt("hello").call().content()).isEqualTo("fine");
			assertThat(client.prompt("hello").stream().content().blockLast()).isEqualTo("fine");
		});
		assertThat(counting.calls).isEqualTo(2);
		assertThat(this.spans).project("support").hasSpans(4);
	}

	@Test
	void objectsAreOfTheClassesThatSpringAiMakes() {
		this.runner.withUserConfiguration(Plain.class).run((context) -> {
			ChatClient client = context.getBean(ChatClient.class);
			assertThat(client).isInstanceOf(DefaultChatClient.class);
			assertThat(client.mutate()).isInstanceOf(DefaultChatClientBuilder.class);
			assertThat(client.prompt("hello")).isInstanceOfSatisfying(DefaultChatClientRequestSpec.class,
					(request) -> assertThat(request.getSystemText()).isEqualTo("Be kind"));
			assertThat(client.prompt().call()).isInstanceOf(DefaultChatClient.DefaultCallResponseSpec.class);
			assertThat(client.prompt().stream()).isInstanceOf(DefaultChatClient.DefaultStreamResponseSpec.class);
			ChatClient made = new DefaultChatClient((DefaultChatClientRequestSpec) client.prompt());
			assertThat(made.prompt("hello").call().content()).isEqualTo("fine");
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			assertThat(projects.instrument("support", made).prompt("hello").call().content()).isEqualTo("fine");
		});
		// A client that is built from a traced request traces its model calls.
		assertThat(this.spans).project("support").hasSpans(3);
	}

	@Test
	void clientThatIsMadeOfATracedRequestTracesItsToolsToo() {
		ScriptedModel asking = new ScriptedModel().callsTool("clock", "{}").says("noon");
		BraintrustProjects projects = this.spans.projects("support");
		ChatClient traced = projects.instrument("support",
				ChatClient.builder(asking)
					.defaultTools(FunctionToolCallback.builder("clock", () -> "noon").build())
					.build());
		ChatClient made = new DefaultChatClient((DefaultChatClientRequestSpec) traced.prompt());
		projects.tracer("support")
			.taskSpan("outer")
			.run((span) -> assertThat(made.prompt("time?").call().content()).isEqualTo("noon"));
		assertThat(this.spans).project("support")
			.hasSpans(4)
			.hasTrace((trace) -> trace.root("outer").hasChildren(llm(), tool("clock"), llm()));
	}

	static class OwnClient implements ChatClient {

		private final ChatClient delegate;

		OwnClient(ChatClient delegate) {
			this.delegate = delegate;
		}

		String greeting() {
			return "hello";
		}

		@Override
		public ChatClientRequestSpec prompt() {
			return this.delegate.prompt();
		}

		@Override
		public ChatClientRequestSpec prompt(String content) {
			return this.delegate.prompt(content);
		}

		@Override
		public ChatClientRequestSpec prompt(Prompt prompt) {
			return this.delegate.prompt(prompt);
		}

		@Override
		public Builder mutate() {
			return this.delegate.mutate();
		}

	}

	static final class FinalClient extends OwnClient {

		FinalClient(ChatClient delegate) {
			super(delegate);
		}

	}

	static class OwnBuilder extends DefaultChatClientBuilder {

		OwnBuilder(ScriptedModel model) {
			super(model, io.micrometer.observation.ObservationRegistry.NOOP, null, null, null);
		}

		String team() {
			return "support";
		}

	}

	static class Counting implements MethodInterceptor {

		private int calls;

		@Override
		public Object invoke(org.aopalliance.intercept.MethodInvocation invocation) throws Throwable {
			this.calls++;
			return invocation.proceed();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Plain {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat(ScriptedModel model) {
			return ChatClient.builder(model).defaultSystem("Be kind").build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByClass {

		@Bean
		@BraintrustProject("support")
		OwnClient supportChat(ScriptedModel model) {
			return new OwnClient(ChatClient.create(model));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByClassUnannotated {

		@Bean
		OwnClient supportChat(ScriptedModel model) {
			return new OwnClient(ChatClient.create(model));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Final {

		@Bean
		@BraintrustProject("support")
		FinalClient supportChat(ScriptedModel model) {
			return new FinalClient(ChatClient.create(model));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FinalUnannotated {

		@Bean
		FinalClient supportChat(ScriptedModel model) {
			return new FinalClient(ChatClient.create(model));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Listening {

		@Bean
		@BraintrustProject("support")
		ListeningClient supportChat(ScriptedModel model) {
			return new ListeningClient(ChatClient.create(model));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduled {

		@Bean
		@BraintrustProject("support")
		ScheduledClient supportChat(ScriptedModel model) {
			return new ScheduledClient(ChatClient.create(model));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FinalListening {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat(ScriptedModel model) {
			return new FinalListeningClient(ChatClient.create(model));
		}

	}

	interface Called {

		CountDownLatch calls();

	}

	static class ListeningClient extends OwnClient implements Called {

		private final CountDownLatch calls = new CountDownLatch(1);

		ListeningClient(ChatClient delegate) {
			super(delegate);
		}

		@EventListener
		private void called(ContextRefreshedEvent event) {
			this.calls.countDown();
		}

		@Override
		public CountDownLatch calls() {
			return this.calls;
		}

	}

	static class ScheduledClient extends OwnClient implements Called {

		private final CountDownLatch calls = new CountDownLatch(1);

		ScheduledClient(ChatClient delegate) {
			super(delegate);
		}

		@org.springframework.scheduling.annotation.Scheduled(fixedRate = 1, timeUnit = TimeUnit.HOURS)
		private void called() {
			this.calls.countDown();
		}

		@Override
		public CountDownLatch calls() {
			return this.calls;
		}

	}

	static final class FinalListeningClient extends OwnClient implements Called {

		private final CountDownLatch calls = new CountDownLatch(1);

		FinalListeningClient(ChatClient delegate) {
			super(delegate);
		}

		@EventListener
		void called(ContextRefreshedEvent event) {
			this.calls.countDown();
		}

		@Override
		public CountDownLatch calls() {
			return this.calls;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FinalByInterface {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat(ScriptedModel model) {
			return new FinalClient(ChatClient.create(model));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Builders {

		@Bean
		@BraintrustProject("support")
		OwnBuilder supportBuilder(ScriptedModel model) {
			return new OwnBuilder(model);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Scoped {

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
		@BraintrustProject("support")
		OwnClient supportChat(ScriptedModel model) {
			return new OwnClient(ChatClient.create(model));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Advised {

		@Bean
		static DefaultAdvisorAutoProxyCreator proxies() {
			DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
			creator.setProxyTargetClass(true);
			return creator;
		}

		@Bean
		static Advisor advisor(Counting counting) {
			NameMatchMethodPointcut pointcut = new NameMatchMethodPointcut();
			pointcut.setMappedName("prompt");
			pointcut.setClassFilter(ChatClient.class::isAssignableFrom);
			return new DefaultPointcutAdvisor(pointcut, counting);
		}

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat(ScriptedModel model) {
			return ChatClient.create(model);
		}

	}

}
