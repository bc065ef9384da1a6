package dev.braintrust.spring.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.NoSuchBraintrustProjectException;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ScriptedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static dev.braintrust.spring.test.BraintrustAssertions.assertThat;
import static dev.braintrust.spring.test.ExpectedSpan.llm;
import static dev.braintrust.spring.test.ExpectedSpan.span;
import static dev.braintrust.spring.test.ExpectedSpan.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of the recorder, with and without an application context.
 */
class RecordedSpansTests {

	private final RecordedSpans spans = new RecordedSpans();

	@Test
	void keyThatIsNotDeclaredFailsAtOnceWithTheNearest() {
		this.spans.projects("support");
		this.spans.projects("research");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.spans).project("suport").hasNoSpans())
			.withMessage(
					"No Braintrust project with the key 'suport' is declared. Did you mean 'support'? The declared "
							+ "projects are: research, support. To declare 'suport', set a property of it, such as "
							+ "'braintrust.projects.suport.name'.");
		assertThatExceptionOfType(NoSuchBraintrustProjectException.class).isThrownBy(() -> this.spans.of("suport"));
		assertThatExceptionOfType(NoSuchBraintrustProjectException.class).isThrownBy(() -> this.spans.traces("suport"));
		assertThat(this.spans).project("support").hasNoSpans();
		assertThat(this.spans).project("research").hasNoSpans();
	}

	@Test
	void keyThatIsNotDeclaredInAContextFailsEvenIfNoneIs() {
		new ApplicationContextRunner().withBean(RecordedSpans.class, () -> this.spans)
			.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class))
			.run((context) -> assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> assertThat(this.spans).project("support"))
				.withMessageContaining("No project is declared so far."));
	}

	@Test
	void keyThatNoPropertiesCouldDeclareIsRefusedWithoutSpringToo() {
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class)
			.isThrownBy(() -> this.spans.projects("Support"))
			.withMessageContaining("'braintrust.projects.Support' has the project key 'Support'");
		assertThatExceptionOfType(InvalidBraintrustPropertyException.class)
			.isThrownBy(() -> this.spans.projects("support-bot", "supportbot"))
			.withMessageContaining("differs from 'braintrust.projects.support-bot' only in dashes");
	}

	@Test
	void recordsWithoutSpring() {
		BraintrustProjects projects = this.spans.projects("support", "research");
		ChatClient chat = projects.instrument("support", ChatClient.create(new ScriptedModel().says("On its way.")));
		projects.tracer("support")
			.taskSpan("answer")
			.input("Where is my order 4711?")
			.run((span) -> chat.prompt("Where is my order 4711?").call().content());
		assertThat(this.spans).project("support")
			.hasTraces(1)
			.hasTrace((trace) -> trace.hasSpans(3)
				.root("answer")
				.isLike(task("answer").inputContaining("order 4711").withoutError())
				.hasChildren(task("support").withChild(llm().model("scripted")))
				.child(task("support"))
				.hasChild(llm().model("scripted").inputContaining("order 4711").outputContaining("On its way.")));
		assertThat(this.spans).project("research").hasNoSpans();
	}

	@Test
	void recordsWhateverFileOfVariablesLiesAround(@TempDir Path directory) throws IOException, InterruptedException {
		Files.writeString(directory.resolve(".env.braintrust"), "BRAINTRUST_API_URL=nonsense\n");
		Path output = directory.resolve("output.txt");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), RecordingProcess.class.getName())
			.directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(process.exitValue()).as(Files.readString(output)).isZero();
	}

	@Test
	void waitsForWorkOnOtherThreadsAndLooksAgainWheneverASpanHasEnded() {
		ProjectTracer tracer = this.spans.projects("support").tracer("support");
		CountDownLatch looked = new CountDownLatch(1);
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try {
			executor.submit(() -> {
				looked.await();
				return tracer.rootSpan("late").call((span) -> tracer.taskSpan("inner").call((inner) -> "done"));
			});
			boolean held = this.spans.await(Duration.ofMinutes(1), () -> {
				looked.countDown();
				return this.spans.traces("support").stream().anyMatch((trace) -> trace.root().isPresent());
			});
			assertThat(held).isTrue();
			assertThat(this.spans).project("support").hasTrace((trace) -> trace.root("late").hasChild(task("inner")));
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void failsWithTheTreeAndTheReason() {
		BraintrustProjects projects = this.spans.projects("support", "research");
		ChatClient chat = projects.instrument("support", "supportChat",
				ChatClient.create(new ScriptedModel().says("On its way.")));
		projects.tracer("support").rootSpan("answer").run((span) -> chat.prompt("Where?").call().content());
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.spans).project("support")
				.within(Duration.ZERO)
				.hasTrace((trace) -> trace.root("answer").child(task("supportChat")).hasChild(llm().model("gpt-5"))))
			.withMessage("""
					Expected of the Braintrust project 'support', within 0 ms, a trace that matches, but there is none:
					- supportChat: no child with type llm, metadata model="gpt-5"

					Braintrust project support
					└─ answer (task)
					   └─ supportChat (task)  Where? → On its way.
					      └─ Chat Completion (llm) scripted  Where? → On its way.
					""");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.spans).project("research").within(Duration.ZERO).hasSpan(span("a")))
			.withMessageContaining("Braintrust project support");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(this.spans).hasNoSpans())
			.withMessageContaining("└─ answer");
	}

	@Test
	void treeSplitsNoCharacterOfALongText() {
		BraintrustProjects projects = this.spans.projects("support");
		projects.tracer("support").rootSpan("answer").run((span) -> span.input("a".repeat(59) + "\uD83D\uDE00 b"));
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(this.spans).hasNoSpans())
			.withMessageContaining("└─ answer (task)  " + "a".repeat(59) + "…");
	}

	@Test
	void recordsInARunnerWhatWouldBeSentAndSendsNothing() {
		try (OtlpReceiver receiver = new OtlpReceiver()) {
			runner().withPropertyValues("braintrust.api-url=" + receiver.url(), "braintrust.api-key=sk-test")
				.withBean(RecordedSpans.class, () -> this.spans)
				.withUserConfiguration(App.class)
				.run((context) -> {
					context.getBean(ChatClient.class).prompt("Write to ada@example.com").call().content();
					assertThat(context.getBean(BraintrustProjects.class).flush(Duration.ofSeconds(1))).isTrue();
				});
			// The spans can also be read after the context has closed.
			assertThat(this.spans).project("support")
				.hasTrace((trace) -> trace.root("supportChat")
					.isLike(task("supportChat").inputContaining("Write to ***"))
					.hasDescendant(llm().inputContaining("Write to ***").metadata("provider", "acme")));
			assertThat(receiver.requests()).isEmpty();
		}
	}

	@Test
	void projectNeedsNoKeyAndOneThatIsDisabledStaysOff() {
		runner().withPropertyValues("braintrust.strict=true", "braintrust.projects.research.enabled=false")
			.withBean(RecordedSpans.class, () -> this.spans)
			.withUserConfiguration(App.class)
			.run((context) -> {
				BraintrustProjects projects = context.getBean(BraintrustProjects.class);
				assertThat(projects.tracer("support").isEnabled()).isTrue();
				assertThat(projects.tracer("research").isEnabled()).isFalse();
				projects.tracer("research").taskSpan("quiet").run((span) -> {
				});
			});
		assertThat(this.spans).hasNoSpans();
	}

	@Test
	void recordsWithoutSpringAi() {
		runner().withClassLoader(new FilteredClassLoader("org.springframework.ai", "reactor"))
			.withBean(RecordedSpans.class, () -> this.spans)
			.run((context) -> context.getBean(BraintrustProjects.class)
				.tracer("support")
				.toolSpan("refund")
				.call((span) -> "done"));
		assertThat(this.spans).project("support").hasSpan(ExpectedSpan.tool("refund"));
	}

	@Test
	void clearsAndKeepsTheLastTenThousand() {
		ProjectTracer tracer = this.spans.projects("support").tracer("support");
		tracer.rootSpan("first").call((span) -> "done");
		for (int i = 0; i < 10_000; i++) {
			tracer.rootSpan("next").startSpan().end();
		}
		assertThat(this.spans.of("support")).hasSize(10_000).noneMatch((span) -> span.name().equals("first"));
		this.spans.clear();
		assertThat(this.spans).hasNoSpans();
		assertThat(this.spans).hasToString("No span of any Braintrust project has ended.");
	}

	private static ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class))
			.withPropertyValues("braintrust.projects.support.name=Support Agent",
					"braintrust.projects.support.capture.provider=acme", "braintrust.projects.research.id=r-1");
	}

	@Configuration(proxyBeanMethods = false)
	static class App {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat() {
			return ChatClient.create(new ScriptedModel().says("fine"));
		}

		@Bean
		ContentFilter mailAddresses() {
			return (text, field) -> text.replaceAll("[\\w.]+@[\\w.]+", "***");
		}

	}

}
