package dev.braintrust.spring.project;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

import dev.braintrust.spring.properties.ProjectSettings;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a thousand projects cost at startup, each way once in a JVM of its own that has
 * started one before: the projects alone, an application context that declares them, and
 * as many separate tracer providers with a batch processor and an exporter each. The main
 * method says how much heap and how many threads one takes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(5)
public class ProjectRegistrationBenchmark {

	private static final int COUNT = 1000;

	private List<ProjectSettings> settings;

	private AutoCloseable started;

	@Setup(Level.Trial)
	public void startOne() throws Exception {
		this.settings = RegisteredProjects.settings(COUNT);
		RegisteredProjects.registry(RegisteredProjects.settings(1)).close();
		RegisteredProjects.context(1).close();
		RegisteredProjects.providers(1).close();
	}

	@TearDown(Level.Invocation)
	public void close() throws Exception {
		this.started.close();
	}

	@Benchmark
	public Object registry() {
		this.started = RegisteredProjects.registry(this.settings);
		return this.started;
	}

	@Benchmark
	public Object context() {
		this.started = RegisteredProjects.context(COUNT);
		return this.started;
	}

	@Benchmark
	public Object providers() {
		this.started = RegisteredProjects.providers(COUNT);
		return this.started;
	}

	/**
	 * Print the heap and the threads that each way takes.
	 */
	public static void main(String[] args) throws Exception {
		print("registry", (count) -> RegisteredProjects.registry(RegisteredProjects.settings(count)));
		print("context", RegisteredProjects::context);
		print("providers", RegisteredProjects::providers);
	}

	private static void print(String name, IntFunction<AutoCloseable> starter) throws Exception {
		starter.apply(1).close();
		long heap = usedHeap();
		int threads = ManagementFactory.getThreadMXBean().getThreadCount();
		AutoCloseable started = starter.apply(COUNT);
		System.out.printf(Locale.ROOT, "%-10s %6d bytes and %.3f threads each%n", name, (usedHeap() - heap) / COUNT,
				(ManagementFactory.getThreadMXBean().getThreadCount() - threads) / (double) COUNT);
		started.close();
	}

	private static long usedHeap() {
		for (int i = 0; i < 5; i++) {
			System.gc();
		}
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

}
