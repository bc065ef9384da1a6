package dev.braintrust.spring.export;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.autoconfigure.AcceptingServer;
import dev.braintrust.spring.autoconfigure.properties.SettingsSource;
import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
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
 * The time from the end of spans to the answer of a local server, for about 20 MB of
 * spans: this pipeline, and OpenTelemetry's batch processor and exporter.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
@Fork(1)
public class ExportBenchmark {

	private static final AttributeKey<String> CONTENT = AttributeKey.stringKey("content");

	private static final int BYTES = 20_000_000;

	@Param({ "pipeline", "batch" })
	private String exporter;

	@Param({ "none", "gzip" })
	private String compression;

	@Param({ "2000", "20000", "200000" })
	private int size;

	private AcceptingServer server;

	private SdkTracerProvider provider;

	private SpanPipeline pipeline;

	private String content;

	@Setup(Level.Trial)
	public void setUp() throws IOException {
		this.server = new AcceptingServer();
		String url = this.server.url();
		StringBuilder text = new StringBuilder();
		for (int i = 0; text.length() < this.size; i++) {
			text.append("{\"role\":\"user\",\"content\":\"Where is my order ").append(i * 7919).append("?\"},");
		}
		this.content = text.substring(0, this.size);
		this.provider = this.exporter.equals("pipeline") ? pipeline(url) : batch(url);
	}

	private SdkTracerProvider pipeline(String url) {
		ProjectSettings settings = new SettingsSource(null).property("braintrust.projects.benchmark.api-key", "none")
			.property("braintrust.api-url", url)
			.property("braintrust.export.compression", this.compression)
			.settings("benchmark");
		this.pipeline = new SpanPipeline(new QueueLimits(1L << 30, 1_000_000, 5L << 20, 20L << 20), Duration.ZERO,
				new HttpClients(null));
		SpanSink sink = this.pipeline.open(settings, new AttributeReader());
		return SdkTracerProvider.builder().addSpanProcessor(new SinkProcessor(sink)).build();
	}

	private SdkTracerProvider batch(String url) {
		OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
			.setMeterProvider(MeterProvider.noop())
			.setEndpoint(url + "/otel/v1/traces")
			.setCompression(this.compression)
			.build();
		return SdkTracerProvider.builder()
			.addSpanProcessor(
					BatchSpanProcessor.builder(exporter).setMaxQueueSize(100_000).setMaxExportBatchSize(512).build())
			.build();
	}

	@Benchmark
	public boolean export() {
		Tracer tracer = this.provider.get("benchmark");
		for (int i = 0; i < BYTES / this.size; i++) {
			tracer.spanBuilder("span").setAttribute(CONTENT, this.content).startSpan().end();
		}
		return (this.pipeline != null) ? this.pipeline.flush(Duration.ofMinutes(1))
				: this.provider.forceFlush().join(1, TimeUnit.MINUTES).isSuccess();
	}

	@TearDown(Level.Trial)
	public void tearDown() {
		if (this.pipeline != null) {
			this.pipeline.close();
		}
		this.provider.close();
		this.server.close();
	}

	/**
	 * Passes ended spans to a sink.
	 */
	private record SinkProcessor(SpanSink sink) implements SpanProcessor {

		@Override
		public void onStart(Context parentContext, ReadWriteSpan span) {
		}

		@Override
		public boolean isStartRequired() {
			return false;
		}

		@Override
		public void onEnd(ReadableSpan span) {
			this.sink.add(new AttributeSpan(span.toSpanData()));
		}

		@Override
		public boolean isEndRequired() {
			return true;
		}

	}

	/**
	 * A span whose content is an attribute.
	 */
	private record AttributeSpan(SpanData span) implements WaitingSpan {

		@Override
		public long contentSize() {
			String content = this.span.getAttributes().get(CONTENT);
			return (content != null) ? 2L * content.length() : 0;
		}

		@Override
		public WaitingSpan withoutContent(LossReason reason) {
			return this;
		}

	}

	/**
	 * Reads these spans.
	 */
	private static final class AttributeReader implements SpanReader {

		@Override
		public List<SpanData> read(List<WaitingSpan> spans) {
			return spans.stream().map((span) -> ((AttributeSpan) span).span()).toList();
		}

	}

}
