package dev.braintrust.spring.start;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.support.ScriptedModel;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DeferredImportSelector;
import org.springframework.context.annotation.Import;
import org.springframework.core.type.AnnotationMetadata;

/**
 * The startup time that the starter adds to a small application with one client, until
 * the application is ready. Each start runs in a separate JVM.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(15)
public class StartBenchmark {

	private ConfigurableApplicationContext context;

	@Benchmark
	public Object without(Loaded loaded) {
		return start(Application.class, loaded);
	}

	@Benchmark
	public Object with(Loaded loaded) {
		return start(TracedApplication.class, loaded);
	}

	private Object start(Class<?> configuration, Loaded loaded) {
		SpringApplication application = new SpringApplication(configuration);
		application.setWebApplicationType(WebApplicationType.NONE);
		long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
		this.context = application.run("--braintrust.api-key=none", "--braintrust.api-url=http://127.0.0.1:9",
				"--braintrust.check-on-startup=false", "--braintrust.projects.support.name=Support Agent");
		loaded.cpuMillis = TimeUnit.NANOSECONDS
			.toMillis(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu);
		loaded.classes = ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount();
		return this.context;
	}

	@TearDown(Level.Invocation)
	public void close() {
		this.context.close();
	}

	/**
	 * Further measurements of a start.
	 */
	@AuxCounters(AuxCounters.Type.EVENTS)
	@State(Scope.Thread)
	public static class Loaded {

		public long classes;

		public long cpuMillis;

	}

	/**
	 * An application without the starter.
	 */
	@Configuration(proxyBeanMethods = false)
	@Import(Core.class)
	static class Application {

		@Bean
		ChatClient supportChat() {
			return ChatClient.create(new ScriptedModel());
		}

	}

	/**
	 * The same application with the starter.
	 */
	@Configuration(proxyBeanMethods = false)
	@Import({ Core.class, Starter.class })
	static class TracedApplication {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat() {
			return ChatClient.create(new ScriptedModel());
		}

	}

	/**
	 * The auto-configurations that each application has.
	 */
	static class Core implements DeferredImportSelector {

		@Override
		public String[] selectImports(AnnotationMetadata importing) {
			return named("org.springframework.boot.autoconfigure.");
		}

		// Only these, because the test class path has many more.
		static String[] named(String prefix) {
			return ImportCandidates.load(AutoConfiguration.class, Core.class.getClassLoader())
				.getCandidates()
				.stream()
				.filter((name) -> name.startsWith(prefix))
				.toArray(String[]::new);
		}

	}

	/**
	 * The starter's auto-configurations.
	 */
	static final class Starter implements DeferredImportSelector {

		@Override
		public String[] selectImports(AnnotationMetadata importing) {
			return Core.named("dev.braintrust.");
		}

	}

}
