package dev.braintrust.spring.export;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import dev.braintrust.spring.properties.ApiKey;
import dev.braintrust.spring.properties.AttachmentsMode;
import dev.braintrust.spring.properties.ProjectSettings;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;

/**
 * Ends spans that a queue of a {@link SpanPipeline} takes, by the SDK that ends them in
 * an application.
 */
final class SpanSource {

	private final Tracer tracer;

	SpanSource(SpanPipeline pipeline, ProjectSettings settings) {
		this(queue(pipeline, settings));
	}

	private SpanSource(Consumer<ReadableSpan> queue) {
		this.tracer = SdkTracerProvider.builder()
			.setResource(Resource.empty())
			.addSpanProcessor(new EndedSpans(queue))
			.build()
			.get("test");
	}

	static Consumer<ReadableSpan> queue(SpanPipeline pipeline, ProjectSettings settings) {
		return pipeline.open(settings, (spans) -> spans.stream().map(ReadableSpan::toSpanData).toList());
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
	 * End spans that are named by their number.
	 */
	SpanSource end(int first, int last) {
		names(first, last).forEach(this::end);
		return this;
	}

	static List<String> names(int first, int last) {
		return IntStream.rangeClosed(first, last).mapToObj(String::valueOf).toList();
	}

	static ProjectSettings settings(String key, String url) {
		return settings(key, "project_name:" + key, "sk-" + key, url, Duration.ofSeconds(10));
	}

	static ProjectSettings settings(String key, String parent, String apiKey, String url, Duration timeout) {
		return new ProjectSettings(key, parent, true, new ApiKey(apiKey), URI.create(url), URI.create(url), null,
				new ProjectSettings.Capture(true, true), 1.0, AttachmentsMode.BASE64, timeout);
	}

}
