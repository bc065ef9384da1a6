package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import dev.braintrust.spring.autoconfigure.properties.SettingsSource;
import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * Ends spans through OpenTelemetry's SDK, as an application does, into a queue of a
 * {@link SpanPipeline}.
 */
public final class SpanSource {

	private static final AttributeKey<String> CONTENT = AttributeKey.stringKey("content");

	private final SpanPipeline pipeline;

	private final SpanSink queue;

	private final Tracer tracer;

	SpanSource(SpanPipeline pipeline, ProjectSettings settings) {
		this(pipeline, queue(pipeline, settings));
	}

	private SpanSource(SpanPipeline pipeline, SpanSink queue) {
		this.pipeline = pipeline;
		this.queue = queue;
		this.tracer = SdkTracerProvider.builder()
			.setResource(Resource.empty())
			.addSpanProcessor(new EndedSpans((span) -> queue.add(new Waiting(span.toSpanData()))))
			.build()
			.get("test");
	}

	static SpanSource of(SpanPipeline pipeline, ProjectSettings settings, SpanReader reader) {
		return new SpanSource(pipeline, pipeline.open(settings, reader));
	}

	static SpanSink queue(SpanPipeline pipeline, ProjectSettings settings) {
		return pipeline.open(settings, new Reader());
	}

	/**
	 * The status after the worker has taken all ended spans.
	 */
	ExportStatus status() {
		seen(this.pipeline);
		return this.queue.status();
	}

	/**
	 * Wait until the worker has taken everything that was added before, by a flush of no
	 * queues.
	 */
	static void seen(SpanPipeline pipeline) {
		pipeline.worker().flush(List.of()).join();
	}

	ExportStatus statusNow() {
		return this.queue.status();
	}

	boolean flush(Duration timeout) {
		return this.queue.flush(timeout);
	}

	Tracer tracer() {
		return this.tracer;
	}

	SpanSource end(String... names) {
		for (String name : names) {
			this.tracer.spanBuilder(name).startSpan().end();
		}
		return this;
	}

	/**
	 * End spans whose content takes about this much heap.
	 */
	SpanSource endHolding(long size, String... names) {
		for (String name : names) {
			// So that the choice of dropped content does not depend on timing.
			seen(this.pipeline);
			this.tracer.spanBuilder(name).setAttribute(CONTENT, "x".repeat((int) size / 2)).startSpan().end();
		}
		seen(this.pipeline);
		return this;
	}

	/**
	 * End spans whose names are their numbers.
	 */
	SpanSource end(int first, int last) {
		names(first, last).forEach(this::end);
		return this;
	}

	public static List<String> names(int first, int last) {
		return IntStream.rangeClosed(first, last).mapToObj(String::valueOf).toList();
	}

	static ProjectSettings settings(String key, String url) {
		return settings(key, "project_name:" + key, "sk-" + key, url, Duration.ofSeconds(10));
	}

	static ProjectSettings settings(String key, String parent, String apiKey, String url, Duration timeout) {
		String[] route = parent.split(":", 2);
		String project = "braintrust.projects." + key + ".";
		return new SettingsSource(null).property(project + route[0].substring("project_".length()), route[1])
			.property(project + "api-key", apiKey)
			.property(project + "api-url", url)
			.property(project + "app-url", url)
			.property(project + "export.timeout", timeout)
			.settings(key);
	}

	/**
	 * A span whose content is an attribute.
	 */
	record Waiting(SpanData span) implements WaitingSpan {

		@Override
		public long contentSize() {
			String content = this.span.getAttributes().get(CONTENT);
			return (content != null) ? 2L * content.length() : 0;
		}

		@Override
		public WaitingSpan withoutContent(LossReason reason) {
			Attributes attributes = Attributes.of(CONTENT, reason.note());
			return new Waiting(new DelegatingSpanData(this.span) {

				@Override
				public Attributes getAttributes() {
					return attributes;
				}

			});
		}

	}

	/**
	 * Reads these spans.
	 */
	static class Reader implements SpanReader {

		@Override
		public List<SpanData> read(List<WaitingSpan> spans) {
			return spans.stream().map((span) -> ((Waiting) span).span()).toList();
		}

	}

}
