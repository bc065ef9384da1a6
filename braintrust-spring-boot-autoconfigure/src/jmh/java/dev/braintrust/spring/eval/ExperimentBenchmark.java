package dev.braintrust.spring.eval;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.AcceptingServer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.score.Scorers;
import dev.braintrust.spring.test.RecordedSpans;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Experiments: the time of a thousand rows of 50 ms with a concurrency of 32, and the
 * costs of a row with an empty task.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(1)
public class ExperimentBenchmark {

	static final int ROWS = 1000;

	private static final int SHORT_ROWS = 10_000;

	private static final int CONCURRENCY = 32;

	private final RecordedSpans spans = new RecordedSpans();

	private AcceptingServer server;

	private ConfigurableApplicationContext local;

	private ConfigurableApplicationContext recording;

	private ConfigurableApplicationContext sending;

	@Setup
	public void start() throws IOException {
		this.server = new AcceptingServer();
		this.local = context(null, "braintrust.evals.send=false");
		this.recording = context(this.spans);
		this.sending = context(null);
	}

	private ConfigurableApplicationContext context(RecordedSpans recorder, String... properties) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.initializers((context) -> {
				if (recorder != null) {
					context.getBeanFactory().registerSingleton("recorder", recorder);
				}
			})
			.properties("spring.main.banner-mode=off", "logging.level.root=warn", "braintrust.check-on-startup=false",
					"braintrust.api-key=sk-1", "braintrust.api-url=" + this.server.url(),
					"braintrust.projects.support.id=p-1", "braintrust.evals.progress=false",
					"braintrust.evals.report-dir=")
			.properties(properties)
			.run();
	}

	@Setup(Level.Iteration)
	public void clear() {
		this.spans.clear();
	}

	@TearDown
	public void stop() {
		this.local.close();
		this.recording.close();
		this.sending.close();
		this.server.close();
	}

	/**
	 * The lower bound: only the pauses, on as many threads.
	 */
	@Benchmark
	public Object floor() throws InterruptedException {
		ExecutorService threads = Executors.newFixedThreadPool(CONCURRENCY);
		try {
			return threads.invokeAll(IntStream.range(0, ROWS)
				.<Callable<Integer>>mapToObj((i) -> () -> pause(i))
				.toList());
		}
		finally {
			threads.shutdown();
		}
	}

	@Benchmark
	public Object recorded() {
		return pauses(this.recording);
	}

	@Benchmark
	public Object sent() {
		ExperimentResult<?, ?, ?> result = pauses(this.sending);
		if (!result.sent()) {
			throw new IllegalStateException("The experiment was not sent");
		}
		return result;
	}

	private static ExperimentResult<?, ?, ?> pauses(ConfigurableApplicationContext context) {
		return experiment(context, ROWS).task(ExperimentBenchmark::pause)
			.scorers(Scorers.exactMatch())
			.maxConcurrency(CONCURRENCY)
			.run();
	}

	/**
	 * The costs of a row on its thread, with three spans that are not exported.
	 */
	@Benchmark
	@OutputTimeUnit(TimeUnit.MICROSECONDS)
	@OperationsPerInvocation(SHORT_ROWS)
	@Warmup(iterations = 3)
	public Object row() {
		return experiment(this.local, SHORT_ROWS).task((input) -> input)
			.scorers(Scorers.exactMatch())
			.maxConcurrency(1)
			.run();
	}

	/**
	 * The same with an agent of two spans.
	 */
	@Benchmark
	@OutputTimeUnit(TimeUnit.MICROSECONDS)
	@OperationsPerInvocation(SHORT_ROWS)
	@Warmup(iterations = 3)
	public Object rowWithAgent() {
		return agent().scorers(Scorers.exactMatch()).maxConcurrency(1).run();
	}

	/**
	 * The same with a scorer that reads the trace.
	 */
	@Benchmark
	@OutputTimeUnit(TimeUnit.MICROSECONDS)
	@OperationsPerInvocation(SHORT_ROWS)
	@Warmup(iterations = 3)
	public Object rowWithAgentAndScorerOfTheTrace() {
		return agent().scorers(Scorers.exactMatch())
			.scorer("tools", (it) -> it.trace().toolNames().equals(List.of("lookup")) ? 1 : 0)
			.maxConcurrency(1)
			.run();
	}

	private Experiment<Integer, Integer, Integer> agent() {
		ProjectTracer tracer = this.local.getBean(BraintrustProjects.class).tracer("support");
		return experiment(this.local, SHORT_ROWS).task((input) -> tracer.llmSpan("model").call((span) -> {
			tracer.toolSpan("lookup").startSpan().end();
			return input;
		}));
	}

	/**
	 * Ten thousand outputs of 10 kB, which must not be kept, with a heap of 150 MB.
	 */
	@Benchmark
	@Fork(value = 1, jvmArgsAppend = "-Xmx150m")
	@Warmup(iterations = 0)
	public Object outputsThatAreNotKept() {
		return experiment(this.sending, SHORT_ROWS).task((input) -> (input + " ").repeat(2000))
			.scorer("length", (it) -> (it.output().length() > 1000) ? 1 : 0)
			.keepOutputs(false)
			.run();
	}

	private static CasesSpec<Integer, Integer> experiment(ConfigurableApplicationContext context, int rows) {
		return context.getBean(BraintrustEvals.class)
			.of("support")
			.experiment("benchmark")
			.cases(Dataset.of(IntStream.range(0, rows).mapToObj((i) -> EvalCase.of(i, i)).toList()));
	}

	static int pause(int input) throws InterruptedException {
		Thread.sleep(50);
		return input;
	}

	@Configuration(proxyBeanMethods = false)
	@Import(BraintrustAutoConfiguration.class)
	static class Application {

	}

}
