package dev.braintrust.spring.autoconfigure;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

import dev.braintrust.spring.settings.ProjectSettings;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time until many projects have started, and until a local server has accepted the
 * first span of each. Compares only the projects, an application context that declares
 * them, and as many separate tracer providers, each with a batch processor and an
 * exporter. Each way runs once in a separate JVM that has started one before. The main
 * method prints their heap and threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(5)
public class ProjectRegistrationBenchmark {

	@Param({ "1", "10", "100", "1000" })
	private int count;

	private AcceptingServer server;

	private List<ProjectSettings> settings;

	private RegisteredProjects.Started started;

	@Setup(Level.Trial)
	public void startOne() throws Exception {
		this.server = new AcceptingServer();
		String url = this.server.url();
		this.settings = RegisteredProjects.settings(this.count, url);
		RegisteredProjects.registry(RegisteredProjects.settings(1, url)).close();
		RegisteredProjects.context(1, url).close();
		RegisteredProjects.providers(1, url).close();
	}

	@TearDown(Level.Trial)
	public void close() throws Exception {
		this.started.close();
		this.server.close();
	}

	@Benchmark
	public Object registry() {
		this.started = RegisteredProjects.registry(this.settings);
		return this.started;
	}

	@Benchmark
	public Object context() {
		this.started = RegisteredProjects.context(this.count, this.server.url());
		return this.started;
	}

	@Benchmark
	public Object providers() {
		this.started = RegisteredProjects.providers(this.count, this.server.url());
		return this.started;
	}

	@Benchmark
	public Object registryWithFirstExport() {
		this.started = RegisteredProjects.registry(this.settings);
		this.started.export();
		return this.started;
	}

	@Benchmark
	public Object providersWithFirstExport() {
		this.started = RegisteredProjects.providers(this.count, this.server.url());
		this.started.export();
		return this.started;
	}

	/**
	 * Print the heap and the threads of each way, before and after the first export.
	 */
	public static void main(String[] args) throws Exception {
		try (AcceptingServer server = new AcceptingServer()) {
			String url = server.url();
			for (int count : new int[] { 1, 10, 100, 1000 }) {
				print("registry", count, (n) -> RegisteredProjects.registry(RegisteredProjects.settings(n, url)));
				print("context", count, (n) -> RegisteredProjects.context(n, url));
				print("providers", count, (n) -> RegisteredProjects.providers(n, url));
			}
		}
	}

	private static void print(String name, int count, IntFunction<RegisteredProjects.Started> starter)
			throws Exception {
		try (RegisteredProjects.Started first = starter.apply(1)) {
			first.export();
		}
		Use before = Use.now();
		try (RegisteredProjects.Started started = starter.apply(count)) {
			Use atStart = Use.now();
			started.export();
			Use after = Use.now();
			System.out.printf(Locale.ROOT, "%-10s %5d projects: %8d bytes, %4d threads; after the first export %8d bytes, "
					+ "%4d threads%n", name, count, atStart.heap() - before.heap(), atStart.threads() - before.threads(),
					after.heap() - before.heap(), after.threads() - before.threads());
		}
	}

	/**
	 * The resources of the JVM.
	 *
	 * @param heap in bytes
	 * @param threads the number of threads
	 */
	private record Use(long heap, int threads) {

		static Use now() {
			for (int i = 0; i < 5; i++) {
				System.gc();
			}
			return new Use(Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory(),
					ManagementFactory.getThreadMXBean().getThreadCount());
		}

	}

}
