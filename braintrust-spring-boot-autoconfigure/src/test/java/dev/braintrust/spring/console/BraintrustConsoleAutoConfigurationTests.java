package dev.braintrust.spring.console;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.console.ConsoleApplication.Kind;
import dev.braintrust.spring.test.RecordedSpans;
import net.bytebuddy.ByteBuddy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link BraintrustConsoleAutoConfiguration} and
 * {@link ConsoleSuggestionAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class BraintrustConsoleAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class,
				BraintrustConsoleAutoConfiguration.class, ConsoleSuggestionAutoConfiguration.class))
		.withPropertyValues("braintrust.projects.support.name=Support", "braintrust.console.port=0");

	@Test
	void withoutThePropertyThereIsNoBeanAndNoThread(CapturedOutput output) {
		// Threads of earlier tests may still be ending.
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		this.runner.run((context) -> {
			assertThat(context).doesNotHaveBean(Console.class).doesNotHaveBean(TraceStore.class);
			assertThat(Thread.getAllStackTraces().keySet()).filteredOn((thread) -> !before.contains(thread))
				.noneMatch((thread) -> thread.getName().startsWith("braintrust-console"));
		});
		assertThat(output).contains("The Braintrust project 'support' is off").doesNotContain("console.enabled");
	}

	@Test
	void projectWithoutAKeyIsNotOffAndTheLogSaysWhereItGoes(CapturedOutput output) {
		this.runner.withPropertyValues("braintrust.console.enabled=true")
			.run((context) -> assertThat(context).hasSingleBean(Console.class));
		assertThat(output).contains("support (only in the console, since it has no API key)").doesNotContain("is off");
	}

	@ParameterizedTest
	@ValueSource(strings = { "prod", "production", "live" })
	void profileOfProductionRefusesIt(String profile, CapturedOutput output) {
		this.runner
			.withPropertyValues("braintrust.console.enabled=true", "spring.profiles.active=" + profile,
					"braintrust.api-key=sk-test", "braintrust.api-url=http://127.0.0.1:1")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(Console.class)
				.doesNotHaveBean(ConsoleServer.class)
				.hasSingleBean(BraintrustProjects.class));
		assertThat(output).contains("WARN", "The Braintrust console is refused", "(" + profile + ")");
	}

	@Test
	void testsRecordAsEver() {
		this.runner.withPropertyValues("braintrust.console.enabled=true")
			.withBean(RecordedSpans.class)
			.run((context) -> {
				context.getBean(BraintrustProjects.class).tracer("support").taskSpan("work").call((span) -> "done");
				assertThat(context.getBean(RecordedSpans.class).of("support")).hasSize(1);
			});
	}

	@Test
	void itDoesWithoutServletsAndReactor() {
		this.runner.withPropertyValues("braintrust.console.enabled=true")
			.withClassLoader(new FilteredClassLoader("jakarta.servlet", "reactor", "org.springframework.http",
					"org.springframework.web"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(ConsoleServer.class));
	}

	// Runners may take long, and their traces are what users want to see.
	@Test
	void urlIsLoggedBeforeRunnersWork(CapturedOutput output) {
		AtomicReference<String> before = new AtomicReference<>();
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(
				BraintrustConsoleAutoConfiguration.class)
			.web(WebApplicationType.NONE)
			.initializers((application) -> ((GenericApplicationContext) application)
				.registerBean(CommandLineRunner.class, () -> (args) -> before.set(output.getAll())))
			.run("--braintrust.console.enabled=true", "--braintrust.console.port=0")) {
			assertThat(before.get()).contains("The Braintrust console is at http://localhost:");
		}
	}

	@Test
	void urlIsLoggedOnceTheApplicationHasStarted(CapturedOutput output) {
		for (Kind kind : Kind.values()) {
			try (ConsoleApplication application = new ConsoleApplication(kind)) {
				assertThat(output).containsOnlyOnce("The Braintrust console is at " + application.url());
			}
		}
	}

	@Test
	void portOfItsOwnIsOneOfTheLoopbackInterface() throws IOException {
		try (ConsoleApplication application = new ConsoleApplication(Kind.SERVLET, "braintrust.console.port=0")) {
			String main = application.context().getEnvironment().getProperty("local.server.port");
			assertThat(application.port()).isNotEqualTo(Integer.parseInt(main));
			assertThat(application.get("/braintrust/").status()).isEqualTo(200);
		}
	}

	@Test
	void portThatIsInUseIsNoReasonNotToStart(CapturedOutput output) throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			this.runner
				.withPropertyValues("braintrust.console.enabled=true",
						"braintrust.console.port=" + socket.getLocalPort())
				.run((context) -> assertThat(context.getBean(ConsoleServer.class).port())
					.isNotEqualTo(socket.getLocalPort())
					.isPositive());
			assertThat(output).contains("The port " + socket.getLocalPort() + " of the console is in use");
		}
	}

	@Test
	void misspeltPropertyOfTheConsoleIsNamed(CapturedOutput output) {
		this.runner.withPropertyValues("braintrust.console.enable=true")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("The property 'braintrust.console.enable'", "is unknown and has no effect",
				"Did you mean 'braintrust.console.enabled'?");
	}

	@Test
	void devToolsSuggestTheConsoleInOneLine(CapturedOutput output) {
		ClassLoader devTools = new ByteBuddy().subclass(Object.class)
			.name("org.springframework.boot.devtools.restart.Restarter")
			.make()
			.load(getClass().getClassLoader())
			.getLoaded()
			.getClassLoader();
		this.runner.withClassLoader(devTools).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce("set 'braintrust.console.enabled=true'");
		this.runner.withClassLoader(devTools)
			.withPropertyValues("braintrust.console.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce("set 'braintrust.console.enabled=true'");
	}

}
