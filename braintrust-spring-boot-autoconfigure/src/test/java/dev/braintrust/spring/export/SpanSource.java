package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import dev.braintrust.spring.properties.BraintrustProperties;
import dev.braintrust.spring.properties.ProjectProperties;
import dev.braintrust.spring.properties.ProjectSettings;
import dev.braintrust.spring.properties.ProjectSettingsResolver;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;

import org.springframework.mock.env.MockEnvironment;

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

	static SpanSource of(SpanPipeline pipeline, ProjectSettings settings, SpanReader<ReadableSpan> reader) {
		return new SpanSource(pipeline.open(settings, reader));
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
		ProjectProperties project = new ProjectProperties();
		if (parent.startsWith("project_id:")) {
			project.setId(parent.substring("project_id:".length()));
		}
		else {
			project.setName(parent.substring("project_name:".length()));
		}
		project.setApiKey(apiKey);
		project.setApiUrl(url);
		project.setAppUrl(url);
		project.getExport().setTimeout(timeout);
		BraintrustProperties properties = new BraintrustProperties();
		properties.getProjects().put(key, project);
		return new ProjectSettingsResolver(properties, new MockEnvironment()).resolve().get(0);
	}

}
