package dev.braintrust.spring.test;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.support.ScriptedModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.TestContextManager;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static dev.braintrust.spring.test.BraintrustAssertions.assertThat;
import static dev.braintrust.spring.test.ExpectedSpan.llm;
import static dev.braintrust.spring.test.ExpectedSpan.task;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the recorder in contexts of Spring's test framework.
 */
@AutoConfigureBraintrustTest
@SpringJUnitConfig(AutoConfigureBraintrustTestTests.App.class)
@TestPropertySource(properties = "braintrust.projects.support.name=Support Agent")
class AutoConfigureBraintrustTestTests {

	@Autowired
	private RecordedSpans spans;

	@Autowired
	@BraintrustProject("support")
	private ChatClient chat;

	@Autowired
	@BraintrustProject("support")
	private ProjectTracer tracer;

	@BeforeEach
	void trace() {
		this.tracer.taskSpan("before").call((span) -> "done");
	}

	@RepeatedTest(2)
	void eachTestBeginsWithoutSpansOfOthers() {
		this.chat.prompt("Where is my order?").call().content();
		assertThat(this.spans).project("support")
			.hasSpans(3)
			.hasTraces(2)
			.hasTrace((trace) -> trace.root("before"))
			.hasTrace((trace) -> trace.root("supportChat").hasChild(llm().inputContaining("order")));
	}

	@Test
	void theAnnotationBringsAllAutoConfigurationsOfTheStarter() {
		ClassLoader classLoader = getClass().getClassLoader();
		assertThat(ImportCandidates.load(AutoConfigureBraintrustTest.class, classLoader).getCandidates())
			.containsExactlyElementsOf(ImportCandidates.load(AutoConfiguration.class, classLoader)
				.getCandidates()
				.stream()
				.filter((name) -> name.startsWith("dev.braintrust."))
				// Tests have no console.
				.filter((name) -> !name.startsWith("dev.braintrust.spring.console."))
				.toList());
	}

	@Test
	void testsShareTheirContext() throws Exception {
		assertThat(context(FirstAnnotated.class)).isSameAs(context(SecondAnnotated.class));
		assertThat(context(FirstPlain.class)).isSameAs(context(SecondPlain.class));
	}

	@Test
	void nothingIsSentFromATestWithoutTheAnnotation() throws Exception {
		ApplicationContext context = context(FirstPlain.class);
		context.getBean("braintrust.projects.support.tracer", ProjectTracer.class)
			.taskSpan("quiet")
			.call((span) -> "done");
		assertThat(context.getBean(RecordedSpans.class)).project("support").hasSpan(task("quiet"));
	}

	@Test
	void aTestThatAsksForItSends() throws Exception {
		ApplicationContext context = context(Sending.class);
		assertThat(context.getBeanProvider(RecordedSpans.class).stream()).isEmpty();
		assertThat(context.getBean(BraintrustProjects.class).tracer("support").isEnabled()).isFalse();
	}

	@Test
	void aRecorderOfTheTestTakesTheirPlace() throws Exception {
		ApplicationContext context = context(OwnRecorder.class);
		RecordedSpans own = context.getBean("own", RecordedSpans.class);
		assertThat(context.getBean(RecordedSpans.class)).isSameAs(own);
		context.getBean(BraintrustProjects.class).tracer("support").taskSpan("mine").call((span) -> "done");
		assertThat(own).project("support").hasSpan(task("mine"));
	}

	@Test
	void noKeyIsCheckedAtStartupWhereSpansAreRecorded() {
		try (ConfigurableApplicationContext context = start(BootApp.class, Own.class)) {
			assertThat(context.getBean(AccessCheck.class)).extracting("thread").isNull();
		}
		try (ConfigurableApplicationContext context = start(BootApp.class)) {
			assertThat(context.getBean(AccessCheck.class)).extracting("thread").isNotNull();
		}
	}

	private static ConfigurableApplicationContext start(Class<?>... sources) {
		return new SpringApplicationBuilder(sources).web(WebApplicationType.NONE)
			.run("--braintrust.projects.support.name=Support Agent", "--braintrust.api-key=sk-test",
					"--braintrust.api-url=http://127.0.0.1:1", "--braintrust.app-url=http://127.0.0.1:1");
	}

	private static ApplicationContext context(Class<?> testClass) throws Exception {
		return new TestContextManager(testClass).getTestContext().getApplicationContext();
	}

	@AutoConfigureBraintrustTest
	@SpringBootTest(classes = BootApp.class, webEnvironment = WebEnvironment.NONE,
			properties = "braintrust.projects.support.name=Support Agent")
	static class FirstAnnotated {

	}

	@AutoConfigureBraintrustTest
	@SpringBootTest(classes = BootApp.class, webEnvironment = WebEnvironment.NONE,
			properties = "braintrust.projects.support.name=Support Agent")
	static class SecondAnnotated {

	}

	@SpringBootTest(classes = BootApp.class, webEnvironment = WebEnvironment.NONE,
			properties = "braintrust.projects.support.name=Support Agent")
	static class FirstPlain {

	}

	@SpringBootTest(classes = BootApp.class, webEnvironment = WebEnvironment.NONE,
			properties = "braintrust.projects.support.name=Support Agent")
	static class SecondPlain {

	}

	@AutoConfigureBraintrustTest(export = true)
	@SpringBootTest(classes = BootApp.class, webEnvironment = WebEnvironment.NONE,
			properties = { "braintrust.projects.support.name=Support Agent", "braintrust.api-key=" })
	static class Sending {

	}

	@SpringBootTest(classes = { BootApp.class, Own.class }, webEnvironment = WebEnvironment.NONE,
			properties = "braintrust.projects.support.name=Support Agent")
	static class OwnRecorder {

	}

	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		RecordedSpans own() {
			return new RecordedSpans();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class })
	static class BootApp {

	}

	@Configuration(proxyBeanMethods = false)
	static class App {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat() {
			return ChatClient.create(new ScriptedModel().says("fine").says("fine"));
		}

	}

}
