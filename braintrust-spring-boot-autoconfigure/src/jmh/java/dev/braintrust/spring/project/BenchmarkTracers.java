package dev.braintrust.spring.project;

import java.net.URI;
import java.time.Duration;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.properties.ApiKey;
import dev.braintrust.spring.properties.AttachmentsMode;
import dev.braintrust.spring.properties.ProjectSettings;
import io.opentelemetry.sdk.trace.SpanProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Tracers for benchmarks: their spans are recorded and go nowhere.
 */
public final class BenchmarkTracers {

	private BenchmarkTracers() {
	}

	public static ProjectTracer recording() {
		return tracer(SpanProcessor.composite(), 1);
	}

	public static ProjectTracer unsampled() {
		return tracer(SpanProcessor.composite(), 0);
	}

	public static ProjectTracer off() {
		return tracer(null, 1);
	}

	private static ProjectTracer tracer(@Nullable SpanProcessor processor, double probability) {
		URI uri = URI.create("http://localhost");
		ProjectSettings settings = new ProjectSettings("benchmark", "project_name:benchmark", true, new ApiKey("none"),
				uri, uri, null, new ProjectSettings.Capture(true, true), probability, AttachmentsMode.BASE64,
				Duration.ofSeconds(1));
		return new ProjectTracerProvider(new Project(settings, processor)).tracer();
	}

}
