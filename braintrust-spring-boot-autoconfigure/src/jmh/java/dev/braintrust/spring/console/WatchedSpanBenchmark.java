package dev.braintrust.spring.console;

import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BenchmarkTracers;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The overhead of the console on the thread that ends a span: compare {@link #watched()}
 * with {@link #exported()}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class WatchedSpanBenchmark {

	// Small, so that garbage collection of its spans is not measured.
	private final TraceStore store = new TraceStore(4L << 20);

	private final ProjectTracer exported = BenchmarkTracers.recording();

	private final ProjectTracer watched = BenchmarkTracers
		.watched((settings, content, export) -> new WatchedProject(settings, content, this.store, export));

	public WatchedSpanBenchmark() {
		this.store.start();
	}

	@TearDown
	public void close() {
		this.store.close();
	}

	@Benchmark
	public void exported() {
		this.exported.rootSpan("answer").input("question").startSpan().output("answer").end();
	}

	@Benchmark
	public void watched() {
		this.watched.rootSpan("answer").input("question").startSpan().output("answer").end();
	}

}
