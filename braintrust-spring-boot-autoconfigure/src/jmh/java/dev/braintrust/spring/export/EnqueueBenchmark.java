package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.api.Reply;
import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
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
 * The time that ending a span costs its thread for the queue, with an answering and a
 * hanging server: this pipeline, and OpenTelemetry's batch processor.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EnqueueBenchmark {

	@Param({ "pipeline", "batch" })
	private String queue;

	/**
	 * Whether requests are answered immediately or never.
	 */
	@Param({ "answering", "hanging" })
	private String server;

	private SpanPipeline pipeline;

	private SpanSink sink;

	private BatchSpanProcessor processor;

	private ReadableSpan span;

	@Setup(Level.Trial)
	public void setUp() {
		Span span = SdkTracerProvider.builder().build().get("benchmark").spanBuilder("span").startSpan();
		span.end();
		this.span = (ReadableSpan) span;
		if (this.queue.equals("pipeline")) {
			ProjectSettings settings = SpanSource.settings("benchmark", "https://api.braintrust.dev");
			this.pipeline = new SpanPipeline(new StubTransport(this.server.equals("answering")),
					RequestTries.Pace.closingIn(Duration.ZERO), QueueLimits.DEFAULT);
			this.sink = this.pipeline.open(settings, new BareReader());
		}
		else {
			this.processor = BatchSpanProcessor.builder(new StubExporter(this.server.equals("answering"))).build();
		}
	}

	@Benchmark
	public void end() {
		if (this.sink != null) {
			this.sink.add(new BareSpan(this.span.toSpanData()));
		}
		else {
			this.processor.onEnd(this.span);
		}
	}

	@TearDown(Level.Trial)
	public void tearDown() {
		if (this.pipeline != null) {
			this.pipeline.close();
		}
	}

	/**
	 * Answers immediately or never.
	 */
	private record StubTransport(boolean answering) implements SpanTransport {

		@Override
		public CompletableFuture<Reply> send(ExportTarget target, byte[] message, int attempt) {
			return this.answering ? CompletableFuture.completedFuture(Reply.of(200)) : new CompletableFuture<>();
		}

		@Override
		public void close() {
		}

	}

	/**
	 * Exports immediately or never.
	 */
	private record StubExporter(boolean answering) implements SpanExporter {

		@Override
		public CompletableResultCode export(Collection<SpanData> spans) {
			return this.answering ? CompletableResultCode.ofSuccess() : new CompletableResultCode();
		}

		@Override
		public CompletableResultCode flush() {
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode shutdown() {
			return CompletableResultCode.ofSuccess();
		}

	}

	/**
	 * A span without content.
	 */
	private record BareSpan(SpanData span) implements WaitingSpan {

		@Override
		public long contentSize() {
			return 0;
		}

		@Override
		public WaitingSpan withoutContent(LossReason reason) {
			return this;
		}

	}

	/**
	 * Reads these spans.
	 */
	private static final class BareReader implements SpanReader {

		@Override
		public List<SpanData> read(List<WaitingSpan> spans) {
			return spans.stream().map((span) -> ((BareSpan) span).span()).toList();
		}

	}

}
