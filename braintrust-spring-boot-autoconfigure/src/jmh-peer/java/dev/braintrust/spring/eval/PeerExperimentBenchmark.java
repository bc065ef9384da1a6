package dev.braintrust.spring.eval;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.braintrust.Braintrust;
import dev.braintrust.config.BraintrustConfig;
import dev.braintrust.eval.DatasetCase;
import dev.braintrust.eval.Scorer;
import dev.braintrust.spring.autoconfigure.AcceptingServer;
import io.opentelemetry.api.OpenTelemetry;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The experiments of {@link ExperimentBenchmark} with Braintrust's Java SDK, a tenth of
 * the rows of 50 ms since it runs them one after the other.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(1)
public class PeerExperimentBenchmark {

	private static final int ROWS = ExperimentBenchmark.ROWS / 10;

	private static final int SHORT_ROWS = 1000;

	private AcceptingServer server;

	private Braintrust braintrust;

	private OpenTelemetry telemetry;

	@Setup
	public void start() throws IOException {
		this.server = new AcceptingServer();
		this.braintrust = Braintrust.of(BraintrustConfig.of("BRAINTRUST_API_KEY", "sk-1", "BRAINTRUST_API_URL",
				this.server.url(), "BRAINTRUST_APP_URL", this.server.url(), "BRAINTRUST_DEFAULT_PROJECT_ID",
				"11111111-1111-4111-8111-111111111111"));
		this.telemetry = this.braintrust.openTelemetryCreate(false);
	}

	@TearDown
	public void stop() {
		this.server.close();
	}

	@Benchmark
	public Object hundredRows() {
		return run(ROWS, 50);
	}

	@Benchmark
	@OutputTimeUnit(TimeUnit.MICROSECONDS)
	@OperationsPerInvocation(SHORT_ROWS)
	@Warmup(iterations = 3)
	public Object row() {
		return run(SHORT_ROWS, 0);
	}

	@SuppressWarnings("unchecked")
	private Object run(int rows, long millis) {
		DatasetCase<Integer, Integer>[] cases = IntStream.range(0, rows)
			.mapToObj((i) -> DatasetCase.of(i, i))
			.toArray(DatasetCase[]::new);
		return this.braintrust.<Integer, Integer>evalBuilder()
			.name("benchmark")
			.tracer(this.telemetry.getTracer("benchmark"))
			.cases(cases)
			.taskFunction((input) -> pause(input, millis))
			.scorers(Scorer.of("exactMatch", (expected, output) -> expected.equals(output) ? 1.0 : 0.0))
			.build()
			.run();
	}

	private static Integer pause(Integer input, long millis) {
		try {
			Thread.sleep(millis);
			return input;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
